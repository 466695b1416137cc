import type { InstanceSpec } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'
import { giveUpTakenPort, type Place, placeOf } from './lease-place.ts'

/** Starts the new instance on a port and a network of its own lease; what serves now keeps serving. */
export const runContainer = async (work: Work): Promise<string> => {
  const place = await placeOf(work)
  try {
    work.instance = await work.ports.runtime.ensureInstance(instanceSpec(work, place))
    return `port ${place.host_port}`
  } catch (error) {
    throw await giveUpTakenPort(work, error, place.host_port)
  }
}

const instanceSpec = (work: Work, place: Place): InstanceSpec => {
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
    ...place,
  }
}
