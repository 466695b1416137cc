import { AppError } from '@parcela/contract'
import type { TeamNetwork } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'

/** Where the new instance goes: a port of the host for it, and its team's network, which is there. */
export type Place = { host_port: number; network: TeamNetwork }

/** The place of the work's instance; asked for early, it is made ready while the image builds. */
export const placeOf = (work: Work): Promise<Place> => {
  work.place ??= leasePlace(work)
  return work.place
}

const leasePlace = async ({ ports, spec, target }: Work): Promise<Place> => {
  const [host_port, subnet] = await Promise.all([
    ports.leases.leasePort(spec.id, targetOf({ spec, target }).revision),
    ports.leases.leaseSubnet(spec.team_id),
  ])
  const network = { team_id: spec.team_id, subnet }
  try {
    await ports.runtime.ensureNetwork(network)
  } catch (error) {
    if (!isTaken(error, 'subnet_taken')) throw error
    await ports.leases.blockSubnet(subnet)
    throw new AppError(
      'unavailable',
      `Subnet ${subnet} is in use by something else on the host; another one is tried.`,
      { details: { reason: 'subnet_taken', subnet }, cause: error },
    )
  }
  return { host_port, network }
}

/** A port that something else on the host uses is not leased again soon; the next attempt gets another. */
export const giveUpTakenPort = async ({ ports }: Work, error: unknown, port: number): Promise<unknown> => {
  if (!isTaken(error, 'port_taken')) return error
  await ports.leases.blockPort(port)
  return new AppError('unavailable', `Port ${port} is in use by something else on the host; another one is tried.`, {
    details: { reason: 'port_taken', port },
    cause: error,
  })
}

const isTaken = (error: unknown, reason: 'port_taken' | 'subnet_taken'): boolean =>
  error instanceof AppError && error.details?.reason === reason
