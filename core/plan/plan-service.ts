import type { ReleaseId } from '../model/id.ts'
import type { Image, Instance } from '../model/instance.ts'
import { isSameRoute, leadsToInstance, type Route } from '../model/route.ts'
import { planDomains, planWithdrawals, type SeenDomain } from './plan-domains.ts'
import { type Shown, type Site, siteRoute } from './site-route.ts'
import type { ParkedState, Step } from './step.ts'

/** What should be true of one service. */
export type Wanted = { site: Site } & (
  | { power: 'running'; revision: string; image: string; release_id: ReleaseId | null }
  /** What was asked for failed for good, and nothing serves that could be kept up. */
  | { power: 'failed' }
  | { power: 'stopped' }
  | { power: 'deleted' }
)

/** What is true of it, as far as anybody can see. */
export type Seen = {
  instances: readonly Instance[]
  images: readonly Image[]
  has_base_image: boolean
  /** Those that were last confirmed live: of the service's own name and of its custom domains. */
  routes: readonly Route[]
  /** The names of it that the edge has a valid certificate for. */
  certified: ReadonlySet<string>
  /** The certificate of its own name can be had, or asked for, now. */
  can_certify: boolean
  has_records: boolean
  /** A request through the edge was answered by exactly what is wanted, and nothing was changed since. */
  is_verified: boolean
  /** Visitors' last requests to what served before have had the time to end. */
  is_drained: boolean
  /** The team has no other service: its network may go with this one. */
  is_last_of_team: boolean
  domains: readonly SeenDomain[]
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
  const { site } = wanted
  const instance = seen.instances.find(candidate => candidate.revision === wanted.revision)
  const isUp = instance?.state === 'running'
  const asksCertificate = !seen.certified.has(site.host) && seen.can_certify
  const shown: Shown = { state: 'serving', upstream: instance?.upstream ?? null, release_id: wanted.release_id }
  const isLed = isUp && servedRoutes(site, seen).every(route => isLedTo(route, shown))
  const facts = { shown, certified: seen.certified }
  // Whether the certificate can be had shows only when it was asked for; the routes follow from that.
  const isRouted = isLed && !asksCertificate && areRoutes(site, seen, facts)
  const steps: Step[] = []

  if (!findRoute(site, seen)) steps.push({ kind: 'announce-route' })
  if (!isUp) steps.push(...planInstance(wanted, seen, instance))
  if (!seen.has_records) steps.push({ kind: 'ensure-records' })
  if (asksCertificate) steps.push({ kind: 'ensure-certificate' })
  if (isUp && !isLed) steps.push({ kind: 'await-healthy' })
  if (!isRouted) steps.push({ kind: 'switch-route' })
  if (steps.length > 0 || !seen.is_verified) steps.push({ kind: 'verify' })

  const soon = { ...seen, routes: isRouted ? seen.routes : reroute(site, seen, facts) }
  return [...steps, ...planDomains(site, shown, soon), ...planTidying(wanted, seen, isLed)]
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
const planTidying = (wanted: WantedRunning, seen: Seen, isLed: boolean): Step[] => {
  const steps: Step[] = []
  const others = seen.instances.filter(instance => instance.revision !== wanted.revision)
  const drains = others.length > 0 && isLed && seen.is_drained
  if (drains) steps.push({ kind: 'drain-containers', ids: others.map(({ id }) => id) })

  const inUse = new Set([wanted.image, ...(drains ? [] : others.map(({ image }) => image))])
  const spare = seen.images
    .filter(({ reference }) => !inUse.has(reference))
    .toSorted((one, other) => other.created_at.getTime() - one.created_at.getTime())
    .slice(keptImages)
  if (spare.length > 0) steps.push({ kind: 'remove-images', references: spare.map(({ reference }) => reference) })
  return steps
}

const parked = (state: ParkedState): Shown => ({ state, upstream: null, release_id: null })

const planStopped = ({ site }: Wanted, seen: Seen): Step[] => {
  const shown = parked('stopped')
  const running = seen.instances.filter(({ state }) => state === 'running')
  const isParked = findRoute(site, seen) && areRoutes(site, seen, { shown, certified: seen.certified })
  const steps: Step[] = []
  if (!isParked) steps.push({ kind: 'park-route', state: 'stopped' })
  if (!seen.has_records) steps.push({ kind: 'ensure-records' })
  if (running.length > 0) steps.push({ kind: 'stop-containers', ids: running.map(({ id }) => id) })
  const soon = { ...seen, routes: reroute(site, seen, { shown, certified: seen.certified }) }
  return [...steps, ...planDomains(site, shown, soon)]
}

/** Names stay proved and certified, so that visitors get the page that says so over TLS. */
const planFailed = ({ site }: Wanted, seen: Seen): Step[] => {
  const shown = parked('failed')
  const facts = { shown, certified: seen.certified }
  const steps: Step[] = areRoutes(site, seen, facts) ? [] : [{ kind: 'park-route', state: 'failed' }]
  return [...steps, ...planDomains(site, shown, { ...seen, routes: reroute(site, seen, facts) })]
}

/** Deletion always ends with `forget-service`: the plan is made only while there is something to forget. */
const planDeleted = ({ site }: Wanted, seen: Seen): Step[] => {
  const steps: Step[] = [...planWithdrawals({ ...site, domains: [] }, seen)]
  if (findRoute(site, seen)) steps.push({ kind: 'remove-route' })
  if (seen.has_records) steps.push({ kind: 'remove-records' })
  if (seen.instances.length > 0) steps.push({ kind: 'remove-containers', ids: seen.instances.map(({ id }) => id) })
  if (seen.images.length > 0)
    steps.push({ kind: 'remove-images', references: seen.images.map(({ reference }) => reference) })
  if (seen.is_last_of_team) steps.push({ kind: 'remove-network' })
  return [...steps, { kind: 'forget-service' }]
}

const planByPower: { [P in Wanted['power']]: (wanted: Extract<Wanted, { power: P }>, seen: Seen) => Step[] } = {
  running: planRunning,
  failed: planFailed,
  stopped: planStopped,
  deleted: planDeleted,
}

/** The route of the service's own name. */
export const findRoute = ({ host }: Pick<Site, 'host'>, { routes }: Pick<Seen, 'routes'>): Route | undefined =>
  routes.find(route => route.host === host)

/** The routes of names that the service is to answer at; its own name's is among them once it was announced. */
const servedRoutes = (site: Site, { routes }: Seen): (Route | undefined)[] => [
  findRoute(site, { routes }),
  ...site.domains.flatMap(({ name }) => routes.filter(({ host }) => host === name)),
]

/** Whether visitors of the route are with the wanted instance, or are not with any. */
const isLedTo = (route: Route | undefined, { upstream, release_id }: Shown): boolean =>
  route?.state === 'redirect' ||
  (leadsToInstance(route) &&
    route?.release_id === release_id &&
    upstream !== null &&
    route.upstream?.address === upstream.address &&
    route.upstream.port === upstream.port)

type Facts = { shown: Shown; certified: ReadonlySet<string> }

const areRoutes = (site: Site, seen: Seen, facts: Facts): boolean =>
  servedRoutes(site, seen).every(route => route && isSameRoute(route, siteRoute(site, route.host, facts)))

/** What the routes are once they were switched: custom domains then need no step of their own for it. */
const reroute = (site: Site, { routes }: Seen, facts: Facts): Route[] => {
  const names = new Set([site.host, ...site.domains.map(({ name }) => name)])
  return routes.map(route => (names.has(route.host) ? siteRoute(site, route.host, facts) : route))
}
