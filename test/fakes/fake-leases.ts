import { AppError } from '@parcela/contract'
import type { Leases, ServiceId, TeamId } from '@parcela/core'
import type { FakeTables } from './fake-tables.ts'

const blockMs = 3_600_000

export type LeaseRanges = {
  /** First and last port. */
  ports: readonly [number, number]
  subnets: readonly string[]
}

export const smallRanges: LeaseRanges = {
  ports: [20_000, 20_099],
  subnets: Array.from({ length: 50 }, (_, index) => `10.208.${index}.0/24`),
}

export const createFakeLeases = (tables: FakeTables, { ports: [first, last], subnets }: LeaseRanges): Leases => {
  const ports = new Map<number, { service_id: ServiceId; revision: string }>()
  const teams = new Map<TeamId, string>()
  const blocked = new Map<number | string, number>()

  const isBlocked = (thing: number | string): boolean => (blocked.get(thing) ?? 0) > tables.clock.now().getTime()
  const block = (thing: number | string): void => {
    blocked.set(thing, tables.clock.now().getTime() + blockMs)
  }

  return {
    leasePort: async (serviceId, revision) => {
      for (const [port, holder] of ports) {
        if (holder.service_id === serviceId && holder.revision === revision) return port
      }
      for (let port = first; port <= last; port += 1) {
        if (ports.has(port) || isBlocked(port)) continue
        ports.set(port, { service_id: serviceId, revision })
        return port
      }
      throw new AppError('unavailable', 'Every port of the range is taken.', { details: { reason: 'no_free_port' } })
    },
    blockPort: async port => {
      ports.delete(port)
      block(port)
    },
    releasePorts: async (serviceId, { keep }) => {
      for (const [port, holder] of ports) {
        if (holder.service_id === serviceId && !keep.includes(holder.revision)) ports.delete(port)
      }
    },
    leaseSubnet: async teamId => {
      const held = teams.get(teamId)
      if (held) return held
      const taken = new Set(teams.values())
      const free = subnets.find(subnet => !taken.has(subnet) && !isBlocked(subnet))
      if (!free) {
        throw new AppError('unavailable', 'Every subnet of the range is taken.', {
          details: { reason: 'no_free_subnet' },
        })
      }
      teams.set(teamId, free)
      return free
    },
    blockSubnet: async subnet => {
      for (const [team, held] of teams) if (held === subnet) teams.delete(team)
      block(subnet)
    },
    releaseSubnet: async teamId => {
      teams.delete(teamId)
    },
    hasOtherServices: async (teamId, serviceId) =>
      [...tables.services.values()].some(
        spec => spec.team_id === teamId && spec.id !== serviceId && !tables.completed.has(spec.id),
      ),
  }
}
