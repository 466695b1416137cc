import type { Image, Instance, Route, ServiceId, ServiceSpec } from '@parcela/core'
import { withdrawDomain } from '../domains/withdraw-domain.ts'
import { removeNetwork } from '../steps/remove-network.ts'
import type { ReconcilerPorts } from './reconciler-ports.ts'
import type { Turns } from './turns.ts'

export type Found = {
  specs: readonly ServiceSpec[]
  instances: readonly Instance[]
  images: readonly Image[]
  routes: readonly Route[]
}

/**
 * The removal of things that are ours by label and that no service wants: its database row is gone or its deletion was complete. One piece of
 * work for each kind of thing, so that what the engine does not let go of does not keep the others.
 */
export const planOrphanRemoval = (
  { ports, turns }: { ports: ReconcilerPorts; turns: Turns },
  found: Found,
): (() => Promise<void>)[] => {
  const known = new Set<ServiceId>(found.specs.map(({ id }) => id))
  const teams = new Set(found.specs.map(({ team_id }) => team_id))
  const isOrphan = ({ service_id }: { service_id: ServiceId }): boolean => !known.has(service_id)

  return [
    async () => {
      for (const { id, service_id } of found.instances.filter(isOrphan)) {
        if (await isWanted(ports, service_id)) continue
        ports.log.info({ service: service_id, instance: id }, 'removing a container of a service that is gone')
        await ports.runtime.removeInstance(id, { graceSeconds: 1 })
      }
    },
    async () => {
      for (const { reference, service_id } of found.images.filter(isOrphan)) {
        if (!(await isWanted(ports, service_id))) await ports.runtime.removeImage(reference)
      }
    },
    async () => {
      for (const { service_id, host } of found.routes.filter(isOrphan)) {
        if (await isWanted(ports, service_id)) continue
        await withdrawDomain({ ports, turns }, { service_id, name: host })
      }
    },
    async () => {
      for (const { team_id } of await ports.runtime.listNetworks()) {
        if (teams.has(team_id) || (await ports.leases.hasOtherServices(team_id, '' as ServiceId))) continue
        await removeNetwork(ports, team_id)
      }
    },
  ]
}

/** The list of services was read before the things: one that was asked for in between is not an orphan. */
const isWanted = async (ports: ReconcilerPorts, id: ServiceId): Promise<boolean> => {
  const spec = await ports.desired.findService(id)
  return spec !== undefined && spec.power !== 'deleted'
}
