import { isIP } from 'node:net'
import { join } from 'node:path'
import { catalog } from '@parcela/catalog'
import type { Journal } from '@parcela/core'
import { createNameLookup } from '@parcela/edge-dns-lookup'
import { createNginxEdge, createTrafficLog } from '@parcela/edge-nginx'
import { makeSigningKey } from '@parcela/gateway-api'
import { createLog, ensureSocketDirectory, probeHttp } from '@parcela/kit'
import { createReconciler } from '@parcela/reconciler'
import { createCertificates } from './create-certificates.ts'
import { claimHome, ensureHome, ensureKept, ensurePlatformId } from './home.ts'
import { keepAudit } from './keep-audit.ts'
import { type Ready, writeReady } from './ready.ts'
import { recordHost } from './record-host.ts'
import { createRuntime } from './runtime.ts'
import { publishSample } from './sample.ts'
import { createServiceLogs } from './service-logs.ts'
import type { Settings } from './settings.ts'
import { createShutdown } from './shutdown.ts'
import { startGateway } from './start-gateway.ts'
import { startNameServer } from './start-name-server.ts'
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
    await recordHost(state.quotas, home)
    const journal = hooks.wrapJournal?.(state.journal) ?? state.journal
    const runtime = await createRuntime({ settings, platform, log })

    const { nameServer, stop: stopNameServer } = await startNameServer({
      settings,
      platform,
      clock,
      log: log.child({ part: 'dns' }),
    })
    shutdown.add('the name server', stopNameServer)

    const edgeDirectory = join(home, 'edge')
    const webroot = join(home, 'acme')
    const certificates = await createCertificates({ settings, webroot, nameServer, clock, log })
    const edge = createNginxEdge({
      directory: edgeDirectory,
      logDirectory: join(home, 'log'),
      bind: settings.PARCELA_BIND,
      httpPort: settings.PARCELA_HTTP_PORT,
      httpsPort: settings.PARCELA_HTTPS_PORT,
      panelHost: settings.PARCELA_PANEL_HOST,
      gatewaySocket,
      acmeWebroot: webroot,
      ...(certificates.isAcme ? {} : { ca: await certificates.localCa.caCertificate() }),
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
      platform,
      issuer: certificates.issuer,
      edgeSigningKey: await ensureKept(home, 'edge-signing-key', makeSigningKey),
      logs: createServiceLogs(runtime),
      runtime,
      edge,
      socket: gatewaySocket,
    })
    shutdown.add('the gateway', gateway.stop)
    const auditLog = log.child({ part: 'audit' })
    shutdown.add(
      'the keeping of the audit trail',
      keepAudit({ audit: state.audit, days: settings.PARCELA_AUDIT_DAYS, log: auditLog }),
    )

    await servePage()
    const reconciler = createReconciler(
      {
        ...state,
        desired: state.reader,
        journal,
        runtime,
        edge,
        nameServer,
        nameLookup: createNameLookup(
          settings.PARCELA_DNS_RESOLVERS ? { servers: settings.PARCELA_DNS_RESOLVERS.map(renderServer) } : {},
        ),
        certificates: certificates.issuer,
        trafficLog: createTrafficLog({ directory: edgeDirectory }),
        catalog,
        probe: probeHttp,
        clock,
        log: log.child({ part: 'reconciler' }),
      },
      {
        platform,
        appsDomain: settings.PARCELA_APPS_DOMAIN,
        panelHost: settings.PARCELA_PANEL_HOST,
        recordsMode: settings.PARCELA_DNS_RECORDS,
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

    /** The page answers from the first moment on, also while an authority that signs for it does not. */
    async function servePage() {
      const { PARCELA_PANEL_HOST: panelHost } = settings
      if (await edge.hasCertificate(panelHost)) return
      const { localCa } = certificates
      const found = await localCa.findCertificate([panelHost])
      const isUsable = found && found.not_after.getTime() - clock.now().getTime() > dayMs
      const { certificate, key } = isUsable ? found : await localCa.issueCertificate([panelHost], { challenge: 'http' })
      await edge.ensureCertificates([{ names: [panelHost], certificate, key }])
    }

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
const dayMs = 24 * 3600 * 1000
/** Builds are heavy on a small host; more at once would make each slower. */
const reconcilesAtOnce = 4

/** As Node's resolver takes it. */
const renderServer = ({ address, port }: { address: string; port: number }): string =>
  isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
