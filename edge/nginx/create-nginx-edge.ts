import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { AppError } from '@parcela/contract'
import type { Edge } from '@parcela/core'
import { waitUntil } from '@parcela/kit'
import { applyConfig } from './apply/apply-config.ts'
import { createBatcher } from './apply/create-batcher.ts'
import { testConfig } from './apply/test-config.ts'
import type { CertificateChange } from './certificates/create-certificate-store.ts'
import { type CheckedCertificate, isValidFor, parseCertificate } from './certificates/parse-certificate.ts'
import type { NginxEdgeOptions } from './nginx-edge-options.ts'
import { logNames, type OpenedEdge, openNginxEdge } from './open-nginx-edge.ts'
import type { EdgeConfig, StaticCertificate } from './render/edge-config.ts'
import { renderCertificateTest } from './render/render-certificate-test.ts'
import { renderConfig } from './render/render-config.ts'
import type { RouteChanges } from './routes/create-route-table.ts'
import { isCertificateName, isHostName } from './routes/parse-route.ts'
import { renderRouteEntry } from './routes/route-entry.ts'
import { ensurePortsFree } from './supervise/ensure-ports-free.ts'
import { listAddresses } from './supervise/list-addresses.ts'
import { rotateLogs } from './supervise/rotate-logs.ts'
import { sendSignal } from './supervise/send-signal.ts'
import { requestThroughEdge } from './verify/request-through-edge.ts'

export type EdgeHealth = { running: boolean; pid: number | null; routes: number; problem: string | null }

export type NginxEdge = Edge & {
  /**
   * Starts nginx with the routes and certificates of the last time, or adopts the one that still serves. `unavailable` with the name of the
   * setting when a port is taken.
   */
  start(): Promise<void>
  /** Ends nginx: requests under way get a few seconds. What was live is live again at the next start. */
  stop(): Promise<void>
  check(): Promise<EdgeHealth>
}

const stopGraceMs = 3_000
const rotateEveryMs = 60_000
const logsKept = 5

/** The edge on the system's nginx (1.18 or later), as a process of ours with its own configuration, logs and user. */
export const createNginxEdge = (options: NginxEdgeOptions): NginxEdge => {
  const { bind, httpPort, httpsPort, log, binary = 'nginx', confirmTimeoutMs = 10_000 } = options
  if (!isHostName(options.panelHost)) throw new AppError('invalid', 'PARCELA_PANEL_HOST is not a host name.')
  const addresses = listAddresses(bind)
  let opening: Promise<OpenedEdge> | undefined
  let isStarted = false
  let rotation: NodeJS.Timeout | undefined

  const open = (): Promise<OpenedEdge> => {
    opening ??= openNginxEdge(options, addresses, beforeStart)
    return opening
  }

  const beforeStart = async (): Promise<void> => {
    await ensurePortsFree(
      addresses.flatMap(address => [
        { address, port: httpPort, setting: 'PARCELA_HTTP_PORT' },
        { address, port: httpsPort, setting: 'PARCELA_HTTPS_PORT' },
      ]),
    )
    // After a crash, what was live is still in place.
    if (!isStarted) await apply((await open()).certificates.listStatic())
  }

  const apply = async (certificates: readonly StaticCertificate[]): Promise<void> => {
    const { config, nginx, control } = await open()
    const { text, version } = withVersion({ ...config, certificates })
    if (isStarted && (await control.findVersion()) === version) return
    await applyConfig({
      binary,
      directory: config.directory,
      text,
      version,
      isStarted,
      findPid: nginx.findPid,
      findVersion: control.findVersion,
      timeoutMs: confirmTimeoutMs,
    })
  }

  const applyStatic = createBatcher<CertificateChange>(async changes => {
    const { certificates } = await open()
    const next = await certificates.stage(changes)
    if (JSON.stringify(next) === JSON.stringify(certificates.listStatic())) return
    await apply(next)
    await certificates.keep(next)
    log.info({ names: next.flatMap(({ names }) => names) }, 'certificates are live')
  })

  const testByName = async (file: string): Promise<void> => {
    const { directory, controlSocket } = (await open()).config
    const draft = `${file}.conf`
    try {
      await writeFile(draft, renderCertificateTest({ directory, file, socket: `${controlSocket}.test` }), {
        mode: 0o600,
      })
      await testConfig({ binary, directory, file: draft })
    } finally {
      await rm(draft, { force: true })
    }
  }

  /** Asks a worker about one of the changed routes: that nginx lives, and reads what we wrote. */
  const confirm = async ({ changed, removed }: RouteChanges): Promise<void> => {
    if (!isStarted) return
    const { table, control } = await open()
    for (const host of [changed.at(-1), removed.at(-1)]) {
      if (host === undefined) continue
      const isLive = async (): Promise<boolean> => {
        const route = table.find(host)
        return (await control.findEntry(host)) === (route ? renderRouteEntry(route) : null)
      }
      await waitUntil(isLive, { timeoutMs: confirmTimeoutMs, everyMs: 10, what: `the route of ${host}` }).catch(
        (cause: unknown) => {
          throw new AppError('unavailable', `nginx did not confirm the route of ${host} in time.`, { cause })
        },
      )
    }
  }

  return {
    start: async () => {
      const { config, certificates, nginx, table, control, isFirstSinceBoot } = await open()
      if (isFirstSinceBoot) await forgetUpstreams(table)
      const how = await nginx.start()
      isStarted = true
      const { version } = withVersion({ ...config, certificates: certificates.listStatic() })
      if (how === 'adopted') await apply(certificates.listStatic())
      await waitUntil(async () => (await control.findVersion()) === version, {
        timeoutMs: confirmTimeoutMs,
        everyMs: 5,
        what: 'nginx to serve',
      }).catch((cause: unknown) => {
        throw new AppError('unavailable', 'nginx was started and does not answer. The log edge-error.log says why.', {
          cause,
        })
      })
      rotation = setInterval(() => {
        rotate(options, config, nginx.findPid).catch((error: unknown) =>
          log.error({ err: error }, 'logs were not rotated'),
        )
      }, rotateEveryMs).unref()
      log.info({ how, routes: table.list().length, httpPort, httpsPort }, 'nginx serves')
    },
    stop: async () => {
      const { nginx } = await open()
      clearInterval(rotation)
      isStarted = false
      await nginx.stop({ graceMs: stopGraceMs })
    },
    check: async () => {
      const { nginx, control, table } = await open()
      const pid = (await nginx.findPid()) ?? null
      const answers = pid !== null && (await control.findVersion()) !== undefined
      const problem = answers ? null : pid === null ? 'nginx is not running' : 'nginx does not answer'
      return { running: answers, pid, routes: table.list().length, problem }
    },
    replaceRoutes: async routes => confirm(await (await open()).table.replace(routes)),
    ensureRoute: async route => confirm(await (await open()).table.ensure(route)),
    removeRoute: async host => confirm(await (await open()).table.remove(host)),
    ensureCertificates: async given => {
      const checked = given.map(certificate => parseCertificate(certificate, new Date()))
      const { certificates } = await open()
      const hasPlace = ({ names }: CheckedCertificate): boolean =>
        names.includes(options.panelHost) || names.some(name => name.startsWith('*.'))
      for (const certificate of checked) {
        if (!hasPlace(certificate)) await certificates.writeByName(certificate, testByName)
      }
      const withPlace = checked.filter(hasPlace)
      if (withPlace.length > 0) await applyStatic({ add: withPlace, remove: [] })
    },
    removeCertificates: async given => {
      const names = given.flat().filter(isCertificateName)
      const { certificates } = await open()
      for (const name of names) await certificates.removeByName(name)
      const hasPlace = certificates.listStatic().some(kept => kept.names.some(name => names.includes(name)))
      if (hasPlace) await applyStatic({ add: [], remove: names })
    },
    hasCertificate: async host => {
      const chain = isHostName(host) ? await (await open()).certificates.findChain(host) : undefined
      return chain !== undefined && isValidFor(chain, host, new Date())
    },
    request: async (host, path, { timeoutMs, scheme = 'https' }) => {
      const { certificates, config } = await open()
      const chain = isHostName(host) ? await certificates.findChain(host) : undefined
      if (!chain && scheme === 'https') {
        throw new AppError('unavailable', `The edge has no certificate for ${host}.`, {
          details: { reason: 'no_certificate' },
        })
      }
      return requestThroughEdge({
        address: addresses[0] === '0.0.0.0' ? '127.0.0.1' : (addresses[0] ?? bind),
        port: scheme === 'https' ? httpsPort : httpPort,
        scheme,
        host,
        path,
        ca: options.ca ?? chain,
        verifyToken: config.verifyToken,
        timeoutMs,
      })
    },
  }
}

/** The version is the text's own digest: an adopted nginx that answers it needs no reload. */
const withVersion = (config: EdgeConfig): { text: string; version: string } => {
  const version = createHash('sha256')
    .update(renderConfig({ ...config, version: '' }))
    .digest('hex')
    .slice(0, 16)
  return { version, text: renderConfig({ ...config, version }) }
}

/** After a reboot a port may soon be another tenant's; until the reconciler has looked, every site says that it is starting. */
const forgetUpstreams = async (table: OpenedEdge['table']): Promise<void> => {
  await table.replace(
    table.list().map(route => (route.state === 'serving' ? { ...route, state: 'starting', upstream: null } : route)),
  )
}

const rotate = (
  { logMegabytes = 50 }: NginxEdgeOptions,
  { logDirectory }: EdgeConfig,
  findPid: () => Promise<number | undefined>,
): Promise<void> =>
  rotateLogs({
    directory: logDirectory,
    names: logNames,
    limitBytes: logMegabytes * 1024 * 1024,
    keep: logsKept,
    reopen: async () => {
      const pid = await findPid()
      if (pid !== undefined) sendSignal(pid, 'SIGUSR1')
    },
  })
