import type { ReleaseId } from '../model/id.ts'
import type { Image, Instance } from '../model/instance.ts'
import type { Route } from '../model/route.ts'
import type { Step } from './step.ts'

/** What should be true of one service. */
export type Wanted =
  | { power: 'running'; revision: string; image: string; release_id: ReleaseId | null }
  | { power: 'stopped' }
  | { power: 'deleted' }

/** What is true of it, as far as anybody can see. */
export type Seen = {
  instances: readonly Instance[]
  images: readonly Image[]
  has_base_image: boolean
  /** The route that was last confirmed live. */
  route: Route | undefined
  has_records: boolean
  has_certificate: boolean
  /** A request through the edge was answered by exactly what is wanted, and nothing was changed since. */
  is_verified: boolean
  /** Visitors' last requests to what served before have had the time to end. */
  is_drained: boolean
  /** The team has no other service: its network may go with this one. */
  is_last_of_team: boolean
}

/** Images of earlier releases that are kept, so that rolling back needs no build. */
const keptImages = 3

/**
 * The steps from what is to what should be, in order. Empty when nothing is to be done. Every prefix of a plan leaves what serves serving:
 * the old instance goes only after the new one answered through the edge.
 */
export const planService = (wanted: Wanted, seen: Seen): Step[] => planByPower[wanted.power](wanted as never, seen)

type WantedRunning = Extract<Wanted, { power: 'running' }>

const planRunning = (wanted: WantedRunning, seen: Seen): Step[] => {
  const instance = seen.instances.find(candidate => candidate.revision === wanted.revision)
  const isUp = instance?.state === 'running'
  const isRouted = isUp && isRouteTo(seen.route, instance, wanted.release_id)
  const steps: Step[] = []

  if (!seen.route) steps.push({ kind: 'announce-route' })
  if (!isUp) steps.push(...planInstance(wanted, seen, instance))
  if (!seen.has_records) steps.push({ kind: 'ensure-records' })
  if (!seen.has_certificate) steps.push({ kind: 'ensure-certificate' })
  if (isUp && !isRouted) steps.push({ kind: 'await-healthy' })
  if (!isRouted) steps.push({ kind: 'switch-route' })
  if (steps.length > 0 || !seen.is_verified) steps.push({ kind: 'verify' })

  return [...steps, ...planTidying(wanted, seen, isRouted)]
}

const planInstance = (wanted: WantedRunning, seen: Seen, instance: Instance | undefined): Step[] => {
  const steps: Step[] = []
  if (!instance && !seen.images.some(image => image.reference === wanted.image)) {
    if (!seen.has_base_image) steps.push({ kind: 'build-base-image' })
    steps.push({ kind: 'build-image' })
  }
  return [...steps, { kind: 'run-container' }, { kind: 'await-healthy' }]
}

/** Old instances go in a later plan than the one that switches the route: visitors get the time to leave. */
const planTidying = (wanted: WantedRunning, seen: Seen, isRouted: boolean): Step[] => {
  const steps: Step[] = []
  const others = seen.instances.filter(instance => instance.revision !== wanted.revision)
  const drains = others.length > 0 && isRouted && seen.is_drained
  if (drains) steps.push({ kind: 'drain-containers', ids: others.map(({ id }) => id) })

  const inUse = new Set([wanted.image, ...(drains ? [] : others.map(({ image }) => image))])
  const spare = seen.images
    .filter(({ reference }) => !inUse.has(reference))
    .toSorted((one, other) => other.created_at.getTime() - one.created_at.getTime())
    .slice(keptImages)
  if (spare.length > 0) steps.push({ kind: 'remove-images', references: spare.map(({ reference }) => reference) })
  return steps
}

const planStopped = (_: Wanted, seen: Seen): Step[] => {
  const running = seen.instances.filter(({ state }) => state === 'running')
  const steps: Step[] = []
  if (seen.route?.state !== 'stopped') steps.push({ kind: 'park-route', state: 'stopped' })
  if (!seen.has_records) steps.push({ kind: 'ensure-records' })
  if (running.length > 0) steps.push({ kind: 'stop-containers', ids: running.map(({ id }) => id) })
  return steps
}

/** Deletion always ends with `forget-service`: the plan is made only while there is something to forget. */
const planDeleted = (_: Wanted, seen: Seen): Step[] => {
  const steps: Step[] = []
  if (seen.route) steps.push({ kind: 'remove-route' })
  if (seen.has_records) steps.push({ kind: 'remove-records' })
  if (seen.instances.length > 0) steps.push({ kind: 'remove-containers', ids: seen.instances.map(({ id }) => id) })
  if (seen.images.length > 0)
    steps.push({ kind: 'remove-images', references: seen.images.map(({ reference }) => reference) })
  if (seen.is_last_of_team) steps.push({ kind: 'remove-network' })
  return [...steps, { kind: 'forget-service' }]
}

const planByPower: { [P in Wanted['power']]: (wanted: Extract<Wanted, { power: P }>, seen: Seen) => Step[] } = {
  running: planRunning,
  stopped: planStopped,
  deleted: planDeleted,
}

const isRouteTo = (route: Route | undefined, instance: Instance, releaseId: ReleaseId | null): boolean =>
  route?.state === 'serving' &&
  route.release_id === releaseId &&
  route.upstream !== null &&
  route.upstream.address === instance.upstream?.address &&
  route.upstream.port === instance.upstream.port
