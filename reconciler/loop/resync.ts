import type { Instance, Route, ServiceSpec, ServiceStatus } from '@parcela/core'
import type { Turn } from '@parcela/kit'
import { ensureEdgeCertificate, wildcardOf } from '../steps/certificates.ts'
import { recordsOf } from '../steps/records.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { type Found, planOrphanRemoval } from './remove-orphans.ts'
import { createFileSweep } from './sweep-files.ts'

/**
 * Compares everything with everything, for what no change announced: what died, was removed by hand or was missed. Services that are not what
 * they should be are woken; things of ours that nobody wants are removed; things that are not ours are never seen.
 */
export const createResync = (ports: ReconcilerPorts, options: ReconcilerOptions, names: Turn) => {
  const sweepFiles = createFileSweep(ports, options)

  return async (): Promise<void> => {
    const [specs, statuses, routes] = await Promise.all([
      ports.desired.listServices(),
      ports.observed.listStatuses(),
      publishNames(ports, options, names),
    ])
    const [instances, images] = await Promise.all([ports.runtime.listInstances(), ports.runtime.listImages()]).catch(
      async error => {
        await wakeRunning(ports, { specs, statuses })
        throw error
      },
    )
    const found = { specs, instances, images, routes }
    const now = ports.clock.now()
    await doAll([
      () => wakeDrifted(ports, { ...found, statuses, now }),
      ...planOrphanRemoval({ ports, names }, found),
      () => purgeExpired(ports, options, now),
      () => sweepFiles(now),
    ])
  }
}

/** Nobody can see how they are: each says so, and is looked at again until somebody can. */
const wakeRunning = async (
  ports: ReconcilerPorts,
  { specs, statuses }: { specs: readonly ServiceSpec[]; statuses: Map<ServiceSpec['id'], ServiceStatus> },
): Promise<void> => {
  for (const { id, power } of specs) {
    const status = statuses.get(id)
    if (power === 'running' && status?.status === 'running' && !status.retry_at) await ports.queue.wake(id)
  }
}

/** Each of them, whatever became of the others. */
const doAll = async (parts: readonly (() => Promise<void>)[]): Promise<void> => {
  const failures: unknown[] = []
  for (const part of parts) {
    try {
      await part()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} parts of the comparison failed`)
  if (failures.length === 1) throw failures[0]
}

const wakeDrifted = async (
  ports: ReconcilerPorts,
  { specs, statuses, instances, routes, now }: Found & { statuses: Map<ServiceSpec['id'], ServiceStatus>; now: Date },
): Promise<void> => {
  const byService = Map.groupBy(instances, ({ service_id }) => service_id)
  const routeOf = new Map(routes.map(route => [route.service_id, route]))
  for (const spec of specs) {
    const { id } = spec
    const view = {
      spec,
      status: statuses.get(id),
      instances: byService.get(id) ?? [],
      route: routeOf.get(id),
      now,
    }
    if (needsWork(view)) await ports.queue.wake(id)
  }
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

const purgeExpired = async (ports: ReconcilerPorts, options: ReconcilerOptions, now: Date): Promise<void> => {
  for (const id of await ports.observed.listExpired(now, options.retentionDays)) {
    const unreferenced = await ports.observed.completeDeletion(id, { files: true })
    const contents = await ports.files.removeUnreferenced(unreferenced, ports.desired.findUnreferencedBlobs)
    ports.log.info({ service: id, contents }, 'removed the files of a deleted service after their retention')
  }
}
