import type { Image, Instance, Route, ServiceId, ServiceSpec, ServiceStatus } from '@parcela/core'
import { ensureEdgeCertificate, wildcardOf } from '../steps/certificates.ts'
import { recordsOf } from '../steps/records.ts'
import { removeNetwork } from '../steps/remove-network.ts'
import type { Turn } from './create-turn.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'

/**
 * Compares everything with everything, for what no change announced: what died, was removed by hand or was missed. Services that are not what
 * they should be are woken; things of ours that nobody wants are removed; things that are not ours are never seen.
 */
export const createResync =
  (ports: ReconcilerPorts, options: ReconcilerOptions, names: Turn) => async (): Promise<void> => {
    const [specs, statuses, routes] = await Promise.all([
      ports.desired.listServices(),
      ports.observed.listStatuses(),
      publishNames(ports, options, names),
    ])
    const [instances, images] = await Promise.all([ports.runtime.listInstances(), ports.runtime.listImages()])

    const now = ports.clock.now()
    const byService = Map.groupBy(instances, ({ service_id }) => service_id)
    const routeOf = new Map(routes.map(route => [route.service_id, route]))
    for (const spec of specs) {
      const view = {
        spec,
        status: statuses.get(spec.id),
        instances: byService.get(spec.id) ?? [],
        route: routeOf.get(spec.id),
        now,
      }
      if (needsWork(view)) await ports.queue.wake(spec.id)
    }

    await removeOrphans({ ports, names }, { specs, instances, images, routes })
    await purgeExpired(ports, options, now)
    await removeUnreferencedFiles(ports, options, now)
  }

/** Routes, records and certificates as the database knows them, which it answers; after a restart this is what fills the edge and the name server. */
export const publishNames = async (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  names: Turn,
): Promise<Route[]> => {
  await ensureEdgeCertificate(ports, wildcardOf(options.appsDomain))
  return names(async () => {
    const routes = await ports.observed.listRoutes()
    await ports.edge.replaceRoutes(routes)
    await ports.nameServer.replaceRecords(routes.flatMap(({ host }) => recordsOf(host, options.edgeAddresses)))
    return routes
  })
}

type View = {
  spec: ServiceSpec
  status: ServiceStatus | undefined
  instances: readonly Instance[]
  route: Route | undefined
  now: Date
}

const settledWords: ReadonlySet<ServiceStatus['status']> = new Set(['running', 'stopped', 'failed'])

/** Whether a service is, at a glance, not what it should be. Pure. */
export const needsWork = ({ spec, status, instances, route, now }: View): boolean => {
  if (!status || status.generation < spec.generation || spec.power === 'deleted') return true
  if (status.retry_at) return status.retry_at <= now
  // Work that was cut off when the platform stopped: its wake-up is spent, and what serves looks as it should.
  if (!settledWords.has(status.status)) return true
  const running = instances.filter(({ state }) => state === 'running')
  if (spec.power === 'stopped') return running.length > 0 || route?.state !== 'stopped'
  if (route?.state !== 'serving') return status.status !== 'failed'
  return instances.length !== 1 || running[0]?.upstream?.port !== route.upstream?.port
}

/** Ours by label, and no service wants it: its database row is gone or its deletion was complete. */
const removeOrphans = async (
  { ports, names }: { ports: ReconcilerPorts; names: Turn },
  world: {
    specs: readonly ServiceSpec[]
    instances: readonly Instance[]
    images: readonly Image[]
    routes: readonly Route[]
  },
): Promise<void> => {
  const known = new Set<ServiceId>(world.specs.map(({ id }) => id))
  const teams = new Set(world.specs.map(({ team_id }) => team_id))
  for (const { id, service_id } of world.instances.filter(instance => !known.has(instance.service_id))) {
    // The list of services was read before the instances: one that was asked for in between is not an orphan.
    if (await isWanted(ports, service_id)) continue
    ports.log.info({ service: service_id, instance: id }, 'removing a container of a service that is gone')
    await ports.runtime.removeInstance(id, { graceSeconds: 1 })
  }
  for (const { reference, service_id } of world.images.filter(image => !known.has(image.service_id))) {
    if (!(await isWanted(ports, service_id))) await ports.runtime.removeImage(reference)
  }
  for (const { service_id, host } of world.routes.filter(route => !known.has(route.service_id))) {
    if (await isWanted(ports, service_id)) continue
    await names(async () => {
      await ports.edge.removeRoute(host)
      await ports.nameServer.removeRecords(host)
      await ports.observed.forgetRoute(service_id)
    })
  }
  for (const network of await ports.runtime.listNetworks()) {
    if (teams.has(network.team_id) || (await ports.leases.hasOtherServices(network.team_id, '' as ServiceId))) continue
    await removeNetwork(ports, network.team_id)
  }
}

const isWanted = async (ports: ReconcilerPorts, id: ServiceId): Promise<boolean> => {
  const spec = await ports.desired.findService(id)
  return spec !== undefined && spec.power !== 'deleted'
}

const purgeExpired = async (ports: ReconcilerPorts, options: ReconcilerOptions, now: Date): Promise<void> => {
  for (const id of await ports.observed.listExpired(now, options.retentionDays)) {
    const unreferenced = await ports.observed.completeDeletion(id, { files: true })
    for (const digest of unreferenced) await ports.files.remove(digest)
    ports.log.info(
      { service: id, contents: unreferenced.length },
      'removed the files of a deleted service after their retention',
    )
  }
}

const batchSize = 1_000

/** Contents of uploads that broke off before anything referred to them. */
const removeUnreferencedFiles = async (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  now: Date,
): Promise<void> => {
  const oldest = now.getTime() - options.uploadGraceMs
  let batch: string[] = []
  const removeBatch = async () => {
    for (const digest of await ports.desired.findUnreferencedBlobs(batch)) await ports.files.remove(digest)
    batch = []
  }
  for await (const { sha256, touched_at } of ports.files.list()) {
    if (touched_at.getTime() > oldest) continue
    batch.push(sha256)
    if (batch.length >= batchSize) await removeBatch()
  }
  if (batch.length > 0) await removeBatch()
}
