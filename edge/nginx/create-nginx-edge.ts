import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@parcela/contract'
import type { Edge } from '@parcela/core'
import { createTurn, waitUntil } from '@parcela/kit'
import { applyConfig } from './apply/apply-config.ts'
import { createEdgeCertificates } from './certificates/create-edge-certificates.ts'
import type { NginxEdgeOptions } from './nginx-edge-options.ts'
import { logNames, type OpenedEdge, openNginxEdge } from './open-nginx-edge.ts'
import type { EdgeConfig, StaticCertificate } from './render/edge-config.ts'
import { renderConfig } from './render/render-config.ts'
import type { RouteChanges } from './routes/create-route-table.ts'
import { isHostName } from './routes/parse-route.ts'
import { renderRouteEntry } from './routes/route-entry.ts'
import { ensurePortsFree } from './supervise/ensure-ports-free.ts'
import { listAddresses } from './supervise/list-addresses.ts'
import { listMissing } from './supervise/prepare-directory.ts'
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

/** For tests: what else might be written as configuration. */
type Internals = { render?: typeof renderConfig }

const stopGraceMs = 3_000
const silentMs = 5_000
const logsKept = 5

/** The edge on the system's nginx (1.18 or later), as a process of ours with its own configuration, logs and user. */
export const createNginxEdge = (options: NginxEdgeOptions, { render = renderConfig }: Internals = {}): NginxEdge => {
  const {
    bind,
    httpPort,
    httpsPort,
    log,
    binary = 'nginx',
    confirmTimeoutMs = 10_000,
    rotateEveryMs = 60_000,
  } = options
  if (!isHostName(options.panelHost)) throw new AppError('invalid', 'PARCELA_PANEL_HOST is not a host name.')
  const addresses = listAddresses(bind)
  const configurationTurn = createTurn()
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

  const apply = async (certificates: readonly StaticCertificate[], live?: LiveConfig): Promise<void> => {
    const { config, nginx, control } = await open()
    const { text, version } = withVersion(render, { ...config, certificates })
    const { isServing, isKept } = live ?? { isServing: isStarted, isKept: true }
    if (isServing && isKept && (await control.findVersion()) === version) return
    await applyConfig({
      binary,
      directory: config.directory,
      text,
      version,
      isServing,
      findPid: nginx.findPid,
      findVersion: control.findVersion,
      timeoutMs: confirmTimeoutMs,
    })
  }

  /**
   * Makes anew what was deleted on disk, and has nginx run; throws what stands in the way. What was lost with the folder are the routes
   * and certificates themselves: whoever calls us gives them.
   */
  const mend = async (): Promise<void> => {
    const { certificates, nginx, repair } = await open()
    const missing = await findMissing()
    const isServing = await isAnswering()
    if (missing.length === 0 && isServing) return
    log.warn({ missing, isServing }, 'the edge is mended')
    await repair()
    await apply(certificates.listStatic(), { isServing, isKept: missing.length === 0 })
    if (!isServing) await nginx.restart()
  }

  const findMissing = async (): Promise<string[]> => {
    const { config, certificates } = await open()
    return [...(await listMissing(config.directory)), ...(await certificates.listMissing())]
  }

  /** Only an nginx that stays silent is one to be replaced, not one that is slow on a busy machine. */
  const isAnswering = async (): Promise<boolean> => {
    const { nginx, control } = await open()
    const deadline = Date.now() + silentMs
    while ((await nginx.findPid()) !== undefined) {
      if ((await control.findVersion()) !== undefined) return true
      if (Date.now() >= deadline) return false
      await sleep(100)
    }
    return false
  }

  let mending: Promise<void> | undefined
  const ensureSound = (): Promise<void> => {
    if (!isStarted) return Promise.resolve()
    mending ??= configurationTurn(mend).finally(() => {
      mending = undefined
    })
    return mending
  }

  /** A change of one route; where the folders are gone, they are made again first. */
  const changeRoute = async (change: (table: OpenedEdge['table']) => Promise<RouteChanges>): Promise<void> => {
    const { table } = await open()
    const changes = await change(table).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      await ensureSound()
      return change(table)
    })
    await confirm(changes)
  }

  const findProblem = async (): Promise<string | null> => {
    const { nginx, control } = await open()
    if ((await nginx.findPid()) === undefined) return nginx.findProblem() ?? 'nginx is not running'
    if ((await control.findVersion()) === undefined) return 'nginx does not answer'
    const missing = await findMissing()
    return missing.length === 0 ? null : `Files of the edge are gone: ${missing.slice(0, 3).join(', ')}`
  }

  const certificateChanges = createEdgeCertificates({
    open,
    apply: certificates => apply(certificates),
    turn: configurationTurn,
    binary,
    panelHost: options.panelHost,
    log,
  })

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
        async (cause: unknown) => {
          const problem = (await findProblem()) ?? 'it serves another one'
          throw new AppError('unavailable', `nginx did not confirm the route of ${host} in time: ${problem}.`, {
            cause,
          })
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
      const { version } = withVersion(render, { ...config, certificates: certificates.listStatic() })
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
      const { nginx, table } = await open()
      const pid = (await nginx.findPid()) ?? null
      const problem = await findProblem()
      return { running: pid !== null && problem === null, pid, routes: table.list().length, problem }
    },
    replaceRoutes: async routes => {
      await ensureSound()
      await confirm(await (await open()).table.replace(routes))
    },
    ensureRoute: route => changeRoute(table => table.ensure(route)),
    removeRoute: host => changeRoute(table => table.remove(host)),
    ...certificateChanges,
    ensureCertificates: async given => {
      await ensureSound()
      await certificateChanges.ensureCertificates(given)
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

/** Whether nginx serves now, and whether the file that it read is still there. */
type LiveConfig = { isServing: boolean; isKept: boolean }

/** The version is the text's own digest: an adopted nginx that answers it needs no reload. */
const withVersion = (render: typeof renderConfig, config: EdgeConfig): { text: string; version: string } => {
  const version = createHash('sha256')
    .update(render({ ...config, version: '' }))
    .digest('hex')
    .slice(0, 16)
  return { version, text: render({ ...config, version }) }
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
