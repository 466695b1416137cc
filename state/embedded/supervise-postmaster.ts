import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@parcela/contract'
import { type Log, spawn, waitUntil } from '@parcela/kit'
import { asDatabaseUser, type DatabaseUser, databaseEnvironment } from './database-user.ts'
import { endOrphans } from './end-orphans.ts'
import type { PostgresBinaries } from './ensure-postgres-binaries.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { openServerLog, readServerLogEnd, rotateServerLog } from './server-log.ts'
import { signalProcess } from './server-processes.ts'
import { configurationFile } from './write-postgres-files.ts'

type Options = {
  binaries: PostgresBinaries
  directory: string
  dataDirectory: string
  user: DatabaseUser
  logFile: string
  log: Log
}

type Server = ReturnType<typeof spawn>

/** Replaying the journal after a power cut can take long. */
const readyTimeoutMs = 120_000
const firstPauseMs = 100
const longestPauseMs = 15_000
/** A server that ran this long is well: the next failure is a new one. */
const wellAfterMs = 60_000
const rotateEveryMs = 10 * 60_000
const stopAttempts = [
  { signal: 'SIGINT', timeoutMs: 20_000 },
  { signal: 'SIGQUIT', timeoutMs: 5_000 },
  { signal: 'SIGKILL', timeoutMs: 5_000 },
] as const

/** Starts the server, resolves when it takes connections, and starts it again whenever it ends unasked. */
export const supervisePostmaster = async (
  options: Options,
): Promise<{ readonly pid: number | undefined; stop(): Promise<void> }> => {
  const { dataDirectory, logFile, log } = options
  const stopping = new AbortController()
  let server = await startServer(options)

  const keepRunning = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      const startedMs = Date.now()
      if (isRunning(server)) await once(server, 'exit', { signal: stopping.signal })
      if (stopping.signal.aborted) return
      const { exitCode, signalCode } = server
      log.error({ exitCode, signalCode }, 'The database server ended unexpectedly; starting it again')
      if (Date.now() - startedMs > wellAfterMs) failures = 0
      await sleep(pauseMs(failures), undefined, { signal: stopping.signal })
      try {
        await endOrphans(dataDirectory, log)
        server = await startServer(options)
        log.info({ pid: server.pid }, 'The database server runs again')
      } catch (error) {
        log.error({ err: error }, 'The database server could not be started again')
      }
    }
  }
  const supervision = keepRunning().catch(error => {
    if (!stopping.signal.aborted) log.error({ err: error }, 'The supervision of the database server ended')
  })
  const rotation = setInterval(() => {
    rotateServerLog(logFile).catch(error => log.warn({ err: error }, 'The log of the database server was not rotated'))
  }, rotateEveryMs).unref()

  return {
    get pid() {
      return isRunning(server) ? server.pid : undefined
    },
    stop: async () => {
      stopping.abort()
      clearInterval(rotation)
      await supervision
      await endServer(server)
    },
  }
}

const pauseMs = (failures: number): number => Math.min(firstPauseMs * 2 ** failures, longestPauseMs)

const isRunning = (server: Server): boolean => server.exitCode === null && server.signalCode === null

const startServer = async (options: Options): Promise<Server> => {
  const { binaries, directory, dataDirectory, user, logFile } = options
  const output = await openServerLog(logFile)
  const argv = [
    binaries.postgres,
    '-D',
    dataDirectory,
    '-c',
    `config_file=${join(directory, configurationFile)}`,
  ] as const
  try {
    await rotateServerLog(logFile)
    // In a session of its own: a Ctrl-C in the terminal ends us, and we end it when everything that needs it has ended.
    const server = spawn(asDatabaseUser(user, argv), {
      cwd: directory,
      env: databaseEnvironment,
      output: output.fd,
      detached: true,
    })
    await waitUntilReady(server, options)
    return server
  } finally {
    await output.close()
  }
}

const waitUntilReady = async (server: Server, { dataDirectory, logFile }: Options): Promise<void> => {
  let problem: Error | undefined
  server.once('error', error => {
    problem = error
  })
  const look = async (): Promise<boolean> => {
    if (problem) throw problem
    if (!isRunning(server)) throw new Error(await readServerLogEnd(logFile))
    const file = await readPostmasterFile(dataDirectory)
    return file?.pid === server.pid && file?.isReady === true
  }
  try {
    await waitUntil(look, { timeoutMs: readyTimeoutMs, everyMs: 5, what: 'the database server to be ready' })
  } catch (error) {
    await endServer(server)
    throw new AppError('unavailable', 'The embedded database did not start. Its log has the reason.', { cause: error })
  }
}

const endServer = async (server: Server): Promise<void> => {
  if (server.pid === undefined) return
  for (const { signal, timeoutMs } of stopAttempts) {
    if (!isRunning(server)) return
    const ended = once(server, 'exit', { signal: AbortSignal.timeout(timeoutMs) })
    signalProcess(server.pid, signal)
    await ended.catch(ignoreTimeout)
  }
  if (isRunning(server)) throw new Error(`The database server (process ${server.pid}) does not end`)
}

const ignoreTimeout = (error: Error): void => {
  if (error.name !== 'AbortError') throw error
}
