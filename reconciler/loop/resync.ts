import {
  type Domain,
  findRoute,
  type Instance,
  leadsToInstance,
  type Route,
  type ServiceSpec,
  type ServiceStatus,
} from '@parcela/core'
import { publishCertificates, sweepCertificates } from '../certificates/publish-certificates.ts'
import { wantedRecords } from '../steps/records.ts'
import { isPassing } from './passing-warnings.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { type Found, planOrphanRemoval } from './remove-orphans.ts'
import type { Shared } from './shared.ts'
import { createFileSweep } from './sweep-files.ts'

/**
 * Compares everything with everything, for what no change announced: what died, was removed by hand or was missed. Services that are not what
 * they should be are woken; things of ours that nobody wants are removed; things that are not ours are never seen.
 */
export const createResync = (ports: ReconcilerPorts, options: ReconcilerOptions, shared: Shared) => {
  const sweepFiles = createFileSweep(ports, options)
  const { turns, platform } = shared

  return async (): Promise<void> => {
    const [specs, statuses, routes] = await Promise.all([
      ports.desired.listServices(),
      ports.observed.listStatuses(),
      publishRoutes(ports, shared),
    ])
    const now = ports.clock.now()
    await doAll([
      () => publishRecords(ports, options, shared),
      () => publishCertificates(ports, { all: false }),
      () => platform.keepAll(),
      () => sweepCertificates(ports, options),
      async () => {
        const [instances, images] = await listThings(ports, { specs, statuses })
        const found = { specs, instances, images, routes }
        const names = await readNames(ports, options, shared)
        await doAll([
          () => wakeDrifted(ports, { ...found, statuses, names, now }),
          ...planOrphanRemoval({ ports, turns }, found),
        ])
      },
      () => wakeDueDomains(ports, now),
      () => purgeExpired(ports, options, now),
      () => sweepFiles(now),
    ])
  }
}

const listThings = async (
  ports: ReconcilerPorts,
  known: { specs: readonly ServiceSpec[]; statuses: Map<ServiceSpec['id'], ServiceStatus> },
) => {
  try {
    return await Promise.all([ports.runtime.listInstances(), ports.runtime.listImages()])
  } catch (error) {
    await wakeRunning(ports, known)
    throw error
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

/** What all services' names have in common, and which custom domains there should be. */
type Names = {
  appsDomain: string
  /** What every service that runs should be warned of. */
  warnings: readonly string[]
  /** Of all hosts with a route, those that the edge can answer over TLS. */
  isCertified: (host: string) => boolean
  domains: ReadonlyMap<ServiceSpec['id'], readonly Domain[]>
}

const readNames = async (ports: ReconcilerPorts, options: ReconcilerOptions, { platform }: Shared): Promise<Names> => {
  const { appsDomain } = options
  const domains = await ports.desired.listAllDomains()
  const hosts = [`any.${appsDomain}`, ...domains.map(({ name }) => name)]
  const live = await Promise.all(hosts.map(host => ports.edge.hasCertificate(host)))
  const certified = new Set(hosts.filter((_, index) => live[index]))
  return {
    appsDomain,
    warnings: await platform.listWarnings(),
    isCertified: host => certified.has(host.endsWith(`.${appsDomain}`) ? `any.${appsDomain}` : host),
    domains: Map.groupBy(domains, ({ service_id }) => service_id),
  }
}

const wakeDrifted = async (
  ports: ReconcilerPorts,
  {
    specs,
    statuses,
    instances,
    routes,
    names,
    now,
  }: Found & { statuses: Map<ServiceSpec['id'], ServiceStatus>; names: Names; now: Date },
): Promise<void> => {
  const byService = Map.groupBy(instances, ({ service_id }) => service_id)
  const routesOf = Map.groupBy(routes, ({ service_id }) => service_id)
  for (const spec of specs) {
    const { id } = spec
    const view = {
      spec,
      status: statuses.get(id),
      instances: byService.get(id) ?? [],
      routes: routesOf.get(id) ?? [],
      names,
      now,
    }
    if (needsWork(view) || haveNamesDrifted(view) || (await wasDomainMissed(ports, view))) await ports.queue.wake(id)
  }
}

/** Work that was cut off before it looked at a new domain. Those without a route are few: they wait for somebody to set a record. */
const wasDomainMissed = async (ports: ReconcilerPorts, { spec, routes, names }: View): Promise<boolean> => {
  const unrouted = (names.domains.get(spec.id) ?? []).filter(({ name }) => routes.every(({ host }) => host !== name))
  if (unrouted.length === 0) return false
  const known = new Set((await ports.observed.listDomainStatuses(spec.id)).map(({ name }) => name))
  return unrouted.some(({ name }) => !known.has(name))
}

const wakeDueDomains = async ({ observed, queue }: ReconcilerPorts, now: Date): Promise<void> => {
  const due = new Set((await observed.listDueDomains(now)).map(({ service_id }) => service_id))
  for (const id of due) await queue.wake(id)
}

/** Routes as the database knows them, which it answers; after a restart this is what fills the edge. */
export const publishRoutes = (ports: ReconcilerPorts, { turns }: Shared): Promise<Route[]> =>
  turns.routes(async () => {
    const routes = await ports.observed.listRoutes()
    await ports.edge.replaceRoutes(routes)
    return routes
  })

/** Gives the name server the records of all routes, whatever it has lost or kept, and writes down what it was given. */
export const publishRecords = (ports: ReconcilerPorts, options: ReconcilerOptions, { turns }: Shared): Promise<void> =>
  turns.records(async () => {
    const records = wantedRecords(await ports.observed.listRoutes(), options, ports.nameServer)
    await ports.nameServer.replaceRecords(records)
    await ports.observed.replaceRecords(records)
  })

/** Writes down the records as steps have published them since. */
export const keepRecords = (ports: ReconcilerPorts, options: ReconcilerOptions, { turns }: Shared): Promise<void> =>
  turns.records(async () => {
    await ports.observed.replaceRecords(wantedRecords(await ports.observed.listRoutes(), options, ports.nameServer))
  })

type View = {
  spec: ServiceSpec
  status: ServiceStatus | undefined
  instances: readonly Instance[]
  routes: readonly Route[]
  names: Names
  now: Date
}

const settledWords: ReadonlySet<ServiceStatus['status']> = new Set(['running', 'stopped', 'failed'])

/** Whether a service is, at a glance, not what it should be. Pure. */
export const needsWork = ({ spec, status, instances, routes, names, now }: View): boolean => {
  const route = findRoute({ host: `${spec.name}.${names.appsDomain}` }, { routes })
  if (!status || status.generation < spec.generation || spec.power === 'deleted') return true
  if (status.retry_at) return status.retry_at <= now
  // Work that was cut off when the platform stopped: its wake-up is spent, and what serves looks as it should.
  if (!settledWords.has(status.status)) return true
  const running = instances.filter(({ state }) => state === 'running')
  if (spec.power === 'stopped') return running.length > 0 || route?.state !== 'stopped'
  if (!leadsToInstance(route)) return status.status !== 'failed'
  return instances.length !== 1 || running[0]?.upstream?.port !== route?.upstream?.port
}

/** Whether names are served otherwise than they should and can be now: a certificate came or ended, a domain was removed, people are told what is past. */
const haveNamesDrifted = ({ spec, status, routes, names }: View): boolean => {
  const wanted = new Set([
    `${spec.name}.${names.appsDomain}`,
    ...(names.domains.get(spec.id) ?? []).map(({ name }) => name),
  ])
  const isWrong = ({ host, policy }: Route): boolean =>
    !wanted.has(host) || policy.https_redirect !== (spec.https_redirect && names.isCertified(host))
  if (routes.some(isWrong)) return true
  if (status?.status !== 'running') return false
  const told = status.warnings.filter(isPassing)
  return told.length !== names.warnings.length || names.warnings.some(warning => !told.includes(warning))
}

const purgeExpired = async (ports: ReconcilerPorts, options: ReconcilerOptions, now: Date): Promise<void> => {
  for (const id of await ports.observed.listExpired(now, options.retentionDays)) {
    const unreferenced = await ports.observed.completeDeletion(id, { files: true })
    const contents = await ports.files.removeUnreferenced(unreferenced, ports.desired.findUnreferencedBlobs)
    ports.log.info({ service: id, contents }, 'removed the files of a deleted service after their retention')
  }
}
