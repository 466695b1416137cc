import { once } from 'node:events'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '@parcela/contract'
import { createTurn, type Log, spawn, waitUntil } from '@parcela/kit'
import { findNginxProcess, listNginxProcesses } from './find-nginx-processes.ts'
import { nginxMissing, programEnvironment } from './program-environment.ts'
import { sendSignal } from './send-signal.ts'

export type NginxProcess = {
  /** Starts nginx, or adopts the one that a killed predecessor of ours left serving; keeps it running from then on. */
  start(): Promise<'started' | 'adopted'>
  /** Ends what runs, when something does, and starts it anew at once; throws why it cannot. */
  restart(): Promise<void>
  /** Ends it gracefully: requests under way get `graceMs`. */
  stop(options: { graceMs: number }): Promise<void>
  /** The master's process id; undefined while it is down. */
  findPid(): Promise<number | undefined>
  /** Why the last attempt to start it failed; undefined after one that did not. */
  findProblem(): string | undefined
}

type Options = {
  binary: string
  /** The resolved path; nginx runs in it, and is recognised by it. */
  directory: string
  logDirectory: string
  controlSocket: string
  log: Log
  /** Runs before each start of a new master. */
  beforeStart: () => Promise<void>
}

const lookEveryMs = 250
const firstBackoffMs = 100
const lastBackoffMs = 10_000
/** After this long alive, the next crash is a first one again. */
const settledMs = 30_000
const restartGraceMs = 1_000

/**
 * nginx as a program of ours. It is not tied to our life: visitors are served while the platform restarts, and the next start adopts it.
 * A master that dies is replaced, with a growing pause between attempts.
 */
export const createNginxProcess = (options: Options): NginxProcess => {
  const { binary, directory, logDirectory, controlSocket, log, beforeStart } = options
  const stopping = new AbortController()
  const turn = createTurn()
  let pid: number | undefined
  let problem: string | undefined

  /** One launch at a time; whoever comes second finds it running. */
  const ensureLaunched = (): Promise<void> =>
    turn(async () => {
      if (stopping.signal.aborted || (await findPid()) !== undefined) return
      try {
        await launch()
        problem = undefined
      } catch (error) {
        problem = toAppError(error).message
        throw error
      }
    })

  const launch = async (): Promise<void> => {
    await endOrphans()
    await beforeStart()
    await rm(controlSocket, { force: true })
    await mkdir(logDirectory, { recursive: true })
    const output = await open(join(logDirectory, 'edge-error.log'), 'a', 0o640)
    try {
      const child = spawn([binary, '-p', `${directory}/`, '-c', join(directory, 'nginx.conf')], {
        cwd: directory,
        env: programEnvironment,
        output: output.fd,
        // A session of its own: Ctrl-C in our terminal is for us, and our end is not its end.
        detached: true,
      })
      await once(child, 'spawn').catch((cause: unknown) => {
        throw nginxMissing(cause)
      })
      child.unref()
      const started = child.pid
      if (started === undefined) throw new AppError('unavailable', 'nginx could not be started.')
      await waitUntil(
        async () => child.exitCode !== null || (await findNginxProcess(directory, started))?.kind === 'master',
        { timeoutMs: 5_000, everyMs: 5, what: 'nginx to start' },
      )
      if (child.exitCode !== null) {
        throw new AppError('unavailable', 'nginx ended as soon as it was started. The log edge-error.log says why.')
      }
      pid = started
    } finally {
      await output.close()
    }
  }

  /** Workers outlive a killed master and keep its ports; they finish what they have and go. */
  const endOrphans = async (): Promise<void> => {
    const orphans = await listNginxProcesses(directory)
    for (const orphan of orphans) sendSignal(orphan.pid, 'SIGQUIT')
    await waitUntil(
      async () =>
        (await Promise.all(orphans.map(orphan => findNginxProcess(directory, orphan.pid)))).every(
          process => process === undefined || process.kind === 'closing',
        ),
      { timeoutMs: 5_000, everyMs: 5, what: 'the workers of an ended nginx to let go of their ports' },
    )
  }

  const watch = async (): Promise<void> => {
    let backoffMs = firstBackoffMs
    let since = Date.now()
    while (!stopping.signal.aborted) {
      await pause(lookEveryMs, stopping.signal)
      if (stopping.signal.aborted || (await findPid()) !== undefined) continue
      if (Date.now() - since > settledMs) backoffMs = firstBackoffMs
      log.warn({ pid, backoffMs }, 'nginx ended by itself and is started again')
      await pause(backoffMs, stopping.signal)
      backoffMs = Math.min(backoffMs * 2, lastBackoffMs)
      if (stopping.signal.aborted) continue
      try {
        await ensureLaunched()
        since = Date.now()
      } catch (error) {
        log.error({ err: error }, 'nginx could not be started again')
      }
    }
  }

  const findPid = async (): Promise<number | undefined> => {
    const found = pid === undefined ? undefined : await findNginxProcess(directory, pid)
    return found?.kind === 'master' ? pid : undefined
  }

  const end = async (graceMs: number): Promise<void> => {
    const signal = async (name: NodeJS.Signals, timeoutMs: number): Promise<boolean> => {
      for (const { pid: each, kind } of await listNginxProcesses(directory)) {
        // The master tells its workers; a signal of ours as well would make it replace them.
        if (kind === 'master' || name === 'SIGKILL') sendSignal(each, name)
      }
      return isGoneWithin(directory, timeoutMs)
    }
    if (await signal('SIGQUIT', graceMs)) return
    if (await signal('SIGTERM', 2_000)) return
    await signal('SIGKILL', 2_000)
  }

  let watching: Promise<void> = Promise.resolve()
  return {
    findPid,
    findProblem: () => problem,
    start: async () => {
      const master = (await listNginxProcesses(directory)).find(({ kind }) => kind === 'master')
      if (master) pid = master.pid
      else await ensureLaunched()
      watching = watch()
      return master ? 'adopted' : 'started'
    },
    restart: async () => {
      if ((await findPid()) !== undefined) await turn(() => end(restartGraceMs))
      await ensureLaunched()
    },
    stop: async ({ graceMs }) => {
      stopping.abort()
      await watching
      await turn(() => end(graceMs))
    },
  }
}

const isGoneWithin = async (directory: string, timeoutMs: number): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs
  while ((await listNginxProcesses(directory)).length > 0) {
    if (Date.now() >= deadline) return false
    await sleep(10)
  }
  return true
}

/** Sleeps, or ends early when aborted. Does not keep our process alive. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { ref: false, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
