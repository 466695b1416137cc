import type { ChildProcess } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ignoreMissing, spawn, waitUntil } from '@parcela/kit'
import { findFreeRange } from './find-free-range.ts'
import { endProcesses, removeDockerTraces, removeHome } from './remove-traces.ts'

export type ParcelaOptions = {
  /** Further settings, or other values: `{ PARCELA_RESYNC_SECONDS: '1' }`. */
  settings?: Record<string, string>
  /** Whether the first start publishes the sample site; off unless asked for. */
  sample?: boolean
  /** The program to run; the all-in-one unless another one wraps it (crash tests). */
  program?: string
  /** Further arguments for node, before the program. */
  nodeArguments?: readonly string[]
}

/** A running installation of its own: own home, ports, subnets, containers. */
export type Parcela = {
  /** The page, which is also where the API is. */
  url: string
  appsDomain: string
  home: string
  ports: { http: number; https: number; dns: number; range: { first: number; last: number } }
  /** The CA's certificate in PEM. */
  ca: string
  admin: { email: string; password: string }
  readonly pid: number
  readonly sampleUrl: string | null
  /** The id on everything that it makes at the engine. */
  platformId(): Promise<string>
  /** The address of a service of that name. */
  serviceUrl(name: string): string
  /** Its own log and what it printed, for when a test fails. */
  log(): Promise<string>
  isRunning(): boolean
  /** Resolves when the process has ended, however. */
  ended(): Promise<void>
  /** SIGKILL: nothing gets a chance to clean up. */
  kill(): Promise<void>
  /** Ends the process cleanly when it still runs; home and containers stay. */
  shutDown(): Promise<void>
  /** A new process on the same home; the old one is shut down when it still runs. `settings` are added for good. */
  restart(settings?: Record<string, string>): Promise<void>
  /** Ends it and removes everything it made: processes, containers, images, networks, home. */
  stop(): Promise<void>
}

const repository = new URL('../../..', import.meta.url).pathname
/** As bin/up starts it: see there. */
const nodeFlags = ['--max-semi-space-size=2']
const compileCache = join(repository, 'node_modules/.cache/node')
const rangeSize = 200
/** The first start builds the catalog's images. */
const startMs = 240_000
const stopMs = 60_000
/** What is run must not depend on the settings of whoever runs the tests. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Starts the real all-in-one as a process of its own, and waits until it says that it is ready. Always `stop()` it. */
export const startParcela = async (options: ParcelaOptions = {}): Promise<Parcela> => {
  const home = await makeHome()
  const first = await findFreeRange(rangeSize + 3)
  const range = { first: first + 3, last: first + 2 + rangeSize }
  const ports = { http: first, https: first + 1, dns: first + 2, range }
  const admin = { email: 'admin@parcela.test', password: randomBytes(12).toString('base64url') }
  const settings: Record<string, string> = {
    PARCELA_HOME: home,
    PARCELA_HTTP_PORT: String(ports.http),
    PARCELA_HTTPS_PORT: String(ports.https),
    PARCELA_DNS_PORT: String(ports.dns),
    PARCELA_PORT_RANGE: `${range.first}-${range.last}`,
    PARCELA_SUBNETS: `10.${208 + randomInt(16)}.${randomInt(16) * 16}.0/20`,
    PARCELA_ADMIN_EMAIL: admin.email,
    PARCELA_ADMIN_PASSWORD: admin.password,
    PARCELA_SAMPLE: options.sample ? 'on' : 'off',
    PARCELA_LOG_LEVEL: 'debug',
    ...options.settings,
  }

  let running: Running | undefined
  const start = async () => {
    running = await startProcess(settings, options)
  }
  const shutDown = async () => {
    if (running) await endProcess(running.child, 'SIGTERM')
  }
  const kill = async () => {
    if (running) await endProcess(running.child, 'SIGKILL')
  }
  const readId = () => readFile(join(home, 'platform-id'), 'utf8').then(text => text.trim())

  const stop = async () => {
    try {
      await shutDown()
    } finally {
      await kill()
      await endProcesses(home)
      const platform = await readId().catch(ignoreMissing)
      if (platform) await removeDockerTraces(platform)
      await removeHome(home)
    }
  }

  try {
    await start()
    return {
      url: running?.ready.page_url ?? '',
      appsDomain: settings.PARCELA_APPS_DOMAIN ?? 'apps.localhost',
      home,
      ports,
      ca: await readFile(join(home, 'ca.pem'), 'utf8'),
      admin,
      get pid() {
        return running?.child.pid ?? 0
      },
      get sampleUrl() {
        return running?.ready.sample_url ?? null
      },
      platformId: readId,
      serviceUrl: name => `https://${name}.${settings.PARCELA_APPS_DOMAIN ?? 'apps.localhost'}:${ports.https}`,
      log: () => readLogs(home),
      isRunning: () => running !== undefined && isAlive(running.child),
      ended: async () => {
        if (running && isAlive(running.child)) await once(running.child, 'exit')
      },
      kill,
      shutDown,
      restart: async (more = {}) => {
        await shutDown()
        Object.assign(settings, more)
        await start()
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Ready = { pid: number; page_url: string; sample_url: string | null }
type Running = { child: ChildProcess; ready: Ready }

/** In /tmp and open to others, as a real home below /srv or /opt is: the database and nginx run as users of their own. */
const makeHome = async (): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-'))
  await chmod(home, 0o755)
  return home
}

const startProcess = async (settings: Record<string, string>, options: ParcelaOptions): Promise<Running> => {
  const home = settings.PARCELA_HOME ?? ''
  // A killed process leaves its sign of being ready behind.
  await rm(join(home, 'ready.json'), { force: true })
  const output = await open(join(home, 'output.log'), 'a')
  const program = options.program ?? join(repository, 'apps/all-in-one/main.ts')
  // It ends with the tests, however they end.
  const child = spawn(
    ['setpriv', '--pdeathsig', 'TERM', process.execPath, ...nodeFlags, ...(options.nodeArguments ?? []), program],
    {
      cwd: repository,
      env: { PATH: searchPath, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compileCache, ...settings },
      output: output.fd,
    },
  )
  await output.close()
  let failure: Error | undefined
  child.once('error', error => {
    failure = error
  })
  const look = () => {
    if (failure) throw failure
    return readReady(home, child)
  }
  const ready = await waitUntil(look, {
    timeoutMs: startMs,
    what: 'Parcela to be ready',
  }).catch(async error => {
    await endProcess(child, 'SIGKILL')
    throw new Error(`${(error as Error).message}. It said:\n${await readLogs(home)}`, { cause: error })
  })
  return { child, ready }
}

const readReady = async (home: string, child: ChildProcess): Promise<Ready | undefined> => {
  if (!isAlive(child)) throw new Error(`Parcela ended with ${child.exitCode ?? child.signalCode} while it was starting`)
  const text = await readFile(join(home, 'ready.json'), 'utf8').catch(ignoreMissing)
  const ready = text === undefined ? undefined : (JSON.parse(text) as Ready)
  return ready?.pid === child.pid ? ready : undefined
}

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

const endProcess = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (!isAlive(child)) return
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(stopMs) })
  child.kill(signal)
  await exit
}

const logTail = 20_000

const readLogs = async (home: string): Promise<string> => {
  const files = ['output.log', 'log/parcela.log']
  const texts = await Promise.all(files.map(name => readFile(join(home, name), 'utf8').catch(ignoreMissing)))
  return texts.map((text, index) => `--- ${files[index]}\n${(text ?? '').slice(-logTail)}`).join('\n')
}
