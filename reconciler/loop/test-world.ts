import type { FormatManifest } from '@parcela/contract'
import type { IssuerLimits, ServiceId, ServiceSpec } from '@parcela/core'
import { silentLog } from '@parcela/kit'
import {
  createFakeCertificateIssuer,
  createFakeEdge,
  createFakeFileStore,
  createFakeNameLookup,
  createFakeNameServer,
  createFakeRuntime,
  createFakeState,
  createFakeTraffic,
} from '@parcela/test/fakes'
import { z } from 'zod'
import { createInterruptions } from './interruptions.ts'
import { createReconcileService } from './reconcile-service.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { createResync } from './resync.ts'
import { createShared } from './shared.ts'

const web: FormatManifest = {
  id: 'web',
  service_type: 'docker',
  title: { en: 'Web site', es: 'Sitio web' },
  description: { en: 'Files', es: 'Archivos' },
  takes_files: true,
  resources: {
    storage_gb: { minimum: 1, default: 1, maximum: 100 },
    ram_mb: { minimum: 32, default: 64, maximum: 1024 },
    cpus: { minimum: 0.1, default: 0.5, maximum: 4 },
  },
  requirements: z.strictObject({}),
  container: {
    base: { files: ['Dockerfile'], folder: new URL('../../catalog/web/', import.meta.url) },
    dockerfile: base => `FROM ${base}\nCOPY site/ /srv/www/\n`,
    placeholder: ({ name }) => ({ 'index.html': `<h1>${name}</h1>` }),
    port: 8080,
    health_path: '/',
    tmpfs: {},
    pids_limit: 64,
    stop_signal: 'SIGWINCH',
    drain_seconds: 1,
    warnings: () => [],
  },
}

export const testOptions: ReconcilerOptions = {
  platform: 'abc123',
  appsDomain: 'apps.localhost',
  panelHost: 'parcela.localhost',
  recordsMode: 'each',
  serviceUrl: name => `https://${name}.apps.localhost`,
  edgeAddresses: { ipv4: ['127.0.0.1'], ipv6: ['::1'] },
  drainMs: 5_000,
  retentionDays: 7,
  uploadGraceMs: 1_000,
  resyncEveryMs: 60_000,
  concurrency: 2,
}

export type TestWorld = ReturnType<typeof createTestWorld>

/** A reconciler among fakes, whose time is the test's. `lifeMs` is the life of certificates. */
export const createTestWorld = (
  given: {
    options?: Partial<ReconcilerOptions>
    /** Instead of fakes. */
    ports?: Partial<ReconcilerPorts>
    lifeMs?: number
    limits?: IssuerLimits
    zones?: readonly string[]
  } = {},
) => {
  const options = { ...testOptions, ...given.options }
  const { lifeMs = 90 * 86_400_000, limits = null, zones = ['apps.localhost'] } = given
  const state = createFakeState()
  const clock = given.ports?.clock ?? state.clock
  const runtime = createFakeRuntime({ clock })
  const edge = createFakeEdge({ isAnswering: upstream => runtime.isAnswering(upstream) })
  const nameServer = createFakeNameServer({ zones, clock })
  const files = createFakeFileStore({ clock })
  const traffic = createFakeTraffic()
  const nameLookup = createFakeNameLookup()
  const certificates = createFakeCertificateIssuer({ clock, lifeMs, limits })
  const ports: ReconcilerPorts = {
    ...state,
    runtime,
    edge,
    nameServer,
    files,
    nameLookup,
    certificates,
    trafficLog: traffic.log,
    trafficRecorder: traffic.recorder,
    catalog: new Map([['web', web]]),
    probe: async target => (runtime.isAnswering(target) ? 200 : undefined),
    log: silentLog,
    ...given.ports,
  }
  let late = 0
  const shared = createShared(ports, options, { recordsChanged: () => undefined, platformChanged: () => (late += 1) })
  const interruptions = createInterruptions(ports.desired)
  const reconcileService = createReconcileService(ports, options, { ...shared, interruptions })
  const resync = createResync(ports, options, shared)
  return {
    ...ports,
    ...state,
    ports,
    runtime,
    edge,
    nameServer,
    files,
    nameLookup,
    certificates,
    traffic,
    /** How often an authority answered after nobody waited any more. */
    countLate: () => late,
    interruptions,
    reconcileService,
    /** What works after the platform was stopped and started again. */
    restart: () =>
      createReconcileService(ports, options, { ...shared, interruptions: createInterruptions(state.desired) }),
    resync,
    statusOf: async (id: ServiceId) => {
      const status = await state.observed.findStatus(id)
      if (!status) throw new Error(`no status of ${id}`)
      return status
    },
    domainOf: async (id: ServiceId, name: string) => {
      const found = (await state.observed.listDomainStatuses(id)).find(status => status.name === name)
      if (!found) throw new Error(`no status of ${name}`)
      return found
    },
    liveRoute: (host: string) => edge.listRoutes().find(route => route.host === host),
    /** The steps that were done since the last time this was asked, in their order. */
    takeSteps: (() => {
      let taken = 0
      return () => {
        const done = [...state.tables.steps.values()].filter(({ status }) => status === 'done').map(({ step }) => step)
        const news = done.slice(taken)
        taken = done.length
        return news
      }
    })(),
    drain: () => state.queue.drain(reconcileService),
    /** Lets every pause end, several times over. */
    settle: async () => {
      for (let round = 0; round < 5; round += 1) {
        await state.queue.drain(reconcileService)
        state.clock.advance(61_000)
      }
      await state.queue.drain(reconcileService)
    },
    publish: async (id: ServiceId, text: string) => {
      files.add(text)
      return state.desired.addRelease(id, { 'index.html': text })
    },
    served: async (spec: ServiceSpec) => {
      const route = (await state.observed.listRoutesOf(spec.id)).find(({ host }) => host.endsWith('.apps.localhost'))
      const live = edge.listRoutes().find(({ host }) => host === `${spec.name}.apps.localhost`)
      const answering = live?.upstream ? runtime.findAnswering(live.upstream) : undefined
      return { state: live?.state, release: answering?.release_id, recorded: route?.state }
    },
  }
}
