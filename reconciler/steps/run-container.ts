import { AppError } from '@parcela/contract'
import type { InstanceSpec } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'

/** Starts the new instance on a port and a network of its own lease; what serves now keeps serving. */
export const runContainer = async (work: Work): Promise<string> => {
  const { ports, spec } = work
  const { revision } = targetOf(work)
  const [host_port, subnet] = await Promise.all([
    ports.leases.leasePort(spec.id, revision),
    ports.leases.leaseSubnet(spec.team_id),
  ])
  try {
    const network = { team_id: spec.team_id, subnet }
    await ports.runtime.ensureNetwork(network)
    await ports.runtime.ensureInstance(instanceSpec(work, { host_port, network }))
    return `port ${host_port}`
  } catch (error) {
    throw await giveUpTakenLease(work, error, { host_port, subnet })
  }
}

const instanceSpec = (work: Work, leased: Pick<InstanceSpec, 'host_port' | 'network'>): InstanceSpec => {
  const { spec } = work
  const { recipe, image, revision, release_id } = targetOf(work)
  return {
    service_id: spec.id,
    team_id: spec.team_id,
    name: spec.name,
    release_id,
    revision,
    generation: spec.generation,
    image: image.reference,
    container_port: recipe.port,
    ram_mb: spec.resources.ram_mb,
    cpus: spec.resources.cpus,
    pids_limit: recipe.pids_limit,
    env: {},
    tmpfs: recipe.tmpfs,
    stop_signal: recipe.stop_signal,
    ...leased,
  }
}

/** A port or subnet that something else on the host uses is not leased again soon; the next attempt gets another. */
const giveUpTakenLease = async (
  work: Work,
  error: unknown,
  leased: { host_port: number; subnet: string },
): Promise<unknown> => {
  const reason = error instanceof AppError ? error.details?.reason : undefined
  if (reason === 'port_taken') {
    await work.ports.leases.blockPort(leased.host_port)
    return new AppError(
      'unavailable',
      `Port ${leased.host_port} is in use by something else on the host; another one is tried.`,
      { details: { reason: 'port_taken', port: leased.host_port }, cause: error },
    )
  }
  if (reason === 'subnet_taken') {
    await work.ports.leases.blockSubnet(leased.subnet)
    return new AppError(
      'unavailable',
      `Subnet ${leased.subnet} is in use by something else on the host; another one is tried.`,
      { details: { reason: 'subnet_taken', subnet: leased.subnet }, cause: error },
    )
  }
  return error
}
