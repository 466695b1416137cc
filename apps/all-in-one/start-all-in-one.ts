import { join } from 'node:path'
import { catalog } from '@parcela/catalog'
import type { Journal } from '@parcela/core'
import { createLocalCa } from '@parcela/edge-certificates-local-ca'
import { createEmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { createNginxEdge } from '@parcela/edge-nginx'
import { createLog, ensureSocketDirectory, probeHttp } from '@parcela/kit'
import { createReconciler } from '@parcela/reconciler'
import { claimHome, ensureHome, ensureKept, ensurePlatformId } from './home.ts'
import { type Ready, writeReady } from './ready.ts'
import { createRuntime } from './runtime.ts'
import { publishSample } from './sample.ts'
import { createServiceLogs } from './service-logs.ts'
import type { Settings } from './settings.ts'
import { createShutdown } from './shutdown.ts'
import { startGateway } from './start-gateway.ts'
import { startState } from './start-state.ts'

export type Running = { ready: Ready; stop: () => Promise<void> }

type Hooks = {
  /** Wraps the journal: for tests that end the process after a step of their choice. */
  wrapJournal?: (journal: Journal) => Journal
}

/**
 * Starts everything in this process, in the order in which things need each other, and answers where it is. What was started is stopped again,
 * last first, when a later part cannot start.
 */
export const startAllInOne = async (settings: Settings, hooks: Hooks = {}): Promise<Running> => {
  const { home } = settings
  await ensureHome(home)
  const shutdown = createShutdown()
  try {
    shutdown.add('the claim of the home', await claimHome(home))
    const log = createLog({ level: settings.PARCELA_LOG_LEVEL, file: join(home, 'log', 'parcela.log') })
    shutdown.logTo(log)
    const clock = { now: () => new Date() }
    const platform = await ensurePlatformId(home)
    const sockets = await ensureSocketDirectory(home, 'edge')
    const gatewaySocket = join(sockets, 'gateway.sock')

    const state = await startState({ settings, platform, clock, log })
    shutdown.add('the database', state.stop)
    const journal = hooks.wrapJournal?.(state.journal) ?? state.journal
    const runtime = await createRuntime({ settings, platform, log })

    const nameServer = createEmbeddedNameServer({
      bind: settings.PARCELA_BIND,
      port: settings.PARCELA_DNS_PORT,
      zones: [settings.PARCELA_APPS_DOMAIN],
      directory: join(home, 'dns'),
      nameServerAddresses: settings.edgeAddresses,
      clock,
      log: log.child({ part: 'dns' }),
    })
    await nameServer.start()
    shutdown.add('the name server', () => nameServer.stop())

    const certificates = createLocalCa({
      directory: join(home, 'ca'),
      publishTo: join(home, 'ca.pem'),
      domains: [settings.PARCELA_APPS_DOMAIN, settings.PARCELA_PANEL_HOST],
      clock,
      log: log.child({ part: 'ca' }),
    })
    const edge = createNginxEdge({
      directory: join(home, 'edge'),
      logDirectory: join(home, 'log'),
      bind: settings.PARCELA_BIND,
      httpPort: settings.PARCELA_HTTP_PORT,
      httpsPort: settings.PARCELA_HTTPS_PORT,
      panelHost: settings.PARCELA_PANEL_HOST,
      gatewaySocket,
      ca: await certificates.caCertificate(),
      log: log.child({ part: 'edge' }),
    })
    await edge.start()
    shutdown.add('the edge', () => edge.stop())

    const gateway = await startGateway({
      settings,
      state,
      log: log.child({ part: 'gateway' }),
      clock,
      secret: await ensureKept(home, 'secret', () =>
        Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
      ),
      logs: createServiceLogs(runtime),
      runtime,
      edge,
      socket: gatewaySocket,
    })
    shutdown.add('the gateway', gateway.stop)

    await putPanelCertificate()
    const reconciler = createReconciler(
      {
        ...state,
        desired: state.reader,
        journal,
        runtime,
        edge,
        nameServer,
        certificates,
        catalog,
        probe: probeHttp,
        clock,
        log: log.child({ part: 'reconciler' }),
      },
      {
        platform,
        appsDomain: settings.PARCELA_APPS_DOMAIN,
        serviceUrl: settings.serviceUrl,
        edgeAddresses: settings.edgeAddresses,
        drainMs: settings.PARCELA_DRAIN_SECONDS * 1000,
        retentionDays: settings.PARCELA_RETENTION_DAYS,
        uploadGraceMs,
        resyncEveryMs: settings.PARCELA_RESYNC_SECONDS * 1000,
        concurrency: reconcilesAtOnce,
      },
    )
    await reconciler.start()
    shutdown.add('the reconciler', () => reconciler.stop())

    async function putPanelCertificate() {
      const names = [settings.PARCELA_PANEL_HOST]
      const { certificate, key } = await certificates.ensureCertificate(names)
      await edge.ensureCertificates([{ names, certificate, key }])
    }
    const renewal = setInterval(() => {
      putPanelCertificate().catch(error => log.error({ err: error }, "the page's certificate could not be renewed"))
    }, renewalCheckMs)
    shutdown.add('the renewal of the certificate', async () => clearInterval(renewal))

    const sampleUrl = await publishSample({ settings, state, edge, log })
    const ready = {
      pid: process.pid,
      page_url: settings.panelUrl,
      sample_url: sampleUrl,
      administrator: gateway.administrator,
    }
    shutdown.add('the sign of being ready', await writeReady(home, ready))
    log.info({ ...ready, platform }, 'Parcela is up')
    return { ready, stop: shutdown.run }
  } catch (error) {
    await shutdown.run()
    throw error
  }
}

/** Contents of uploads that broke off are kept for a day. */
const uploadGraceMs = 24 * 3600 * 1000
const renewalCheckMs = 3600 * 1000
/** Builds are heavy on a small host; more at once would make each slower. */
const reconcilesAtOnce = 4
