import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceId } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { type Runner, run, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import type { PoolClient } from 'pg'
import type { Database } from '../database/open-database.ts'
import { graphileLogger } from './graphile-logger.ts'
import type { LockSession } from './open-lock-session.ts'
import { poolLock } from './start-reaper.ts'

type Dependencies = {
  database: Database
  log: Log
  session: LockSession
  concurrency: number
  work: (id: ServiceId) => Promise<void>
  /** The queue listens, for the first time or again after its connection was lost. */
  onListening: () => void
}

/** The worker pools of this process, and the ids of the jobs that it works on now. */
type Own = { pools: Set<string>; jobs: Set<string> }

/** Only a net below the notifications and the alarm. */
const pollIntervalMs = 15_000
const restartPauseMs = 1_000
/** How long work that runs may still take after `stop`. */
const stopTimeoutMs = 30_000

/** Runs graphile-worker for ever: it ends by itself when the database is away for long, and is started again then. */
export const superviseRunner = async (
  dependencies: Dependencies,
): Promise<{ pools: ReadonlySet<string>; jobs: ReadonlySet<string>; stop(): Promise<void> }> => {
  const { log } = dependencies
  const own: Own = { pools: new Set(), jobs: new Set() }
  const stopped = new AbortController()
  let runner = await startRunner(dependencies, own)

  const supervise = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await runner.promise.catch(error => log.error({ err: error }, 'The work queue ended'))
      for (let isRunning = false; !isRunning && !stopped.signal.aborted; ) {
        await sleep(restartPauseMs)
        if (!stopped.signal.aborted) isRunning = await restart()
      }
    }
  }
  const restart = async (): Promise<boolean> => {
    try {
      for (const pool of own.pools) await giveUpPool(dependencies, pool)
      own.pools.clear()
      runner = await startRunner(dependencies, own)
      log.info({}, 'The work queue was started again')
      return true
    } catch (error) {
      log.warn({ err: error }, 'The work queue could not be started again yet')
      return false
    }
  }
  const supervising = supervise()

  return {
    ...own,
    stop: async () => {
      stopped.abort()
      await runner.stop('The process is stopping').catch(error => log.debug({ err: error }, 'The queue had ended'))
      await supervising
    },
  }
}

/** What a pool that ended had taken is free for the next one. Work of it that still runs keeps its turn, so nothing is done twice at once. */
const giveUpPool = async ({ database, session }: Dependencies, pool: string): Promise<void> => {
  await sql`select graphile_worker.force_unlock_workers(${[pool]}::text[])`.execute(database.db)
  await session.unlock(poolLock(pool))
}

const startRunner = async (dependencies: Dependencies, own: Own): Promise<Runner> => {
  const { database, log, session, concurrency, work, onListening } = dependencies
  const events: WorkerEvents = new EventEmitter()
  const locked = new Promise<void>((resolve, reject) => {
    events.once('pool:create', ({ workerPool }) => {
      own.pools.add(workerPool.id)
      session.tryLock(poolLock(workerPool.id)).then(() => resolve(), reject)
    })
  })
  events.on('pool:listen:success', ({ client }) => {
    lookOnceListening(client, log)
    onListening()
  })
  const runner = await run({
    pgPool: database.pool,
    logger: graphileLogger(log),
    events,
    noHandleSignals: true,
    parsedCronItems: [],
    taskList: {
      reconcile: (payload, { job }) => {
        own.jobs.add(job.id)
        return work(serviceIdOf(payload)).finally(() => own.jobs.delete(job.id))
      },
    },
    preset: {
      worker: {
        concurrentJobs: concurrency,
        pollInterval: pollIntervalMs,
        gracefulShutdownAbortTimeout: stopTimeoutMs,
        // Batches, even of one, are written again after a lost connection; without them the loss would end the process.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  })
  await locked
  stopWhenStuck(runner, events, { log, failures: concurrency * 2 })
  return runner
}

/**
 * graphile-worker 0.18 asks for the ids of its tasks once and keeps the answer, even a failure: a connection that is lost in its first
 * milliseconds would leave it unable to look for work for ever. One that only fails is ended here, and its supervisor starts another.
 */
const stopWhenStuck = (runner: Runner, events: WorkerEvents, limits: { log: Log; failures: number }): void => {
  let failures = 0
  const forget = () => {
    failures = 0
  }
  events.on('worker:getJob:empty', forget)
  events.on('job:start', forget)
  events.on('worker:getJob:error', ({ error }) => {
    failures += 1
    if (failures !== limits.failures) return
    limits.log.warn({ err: error }, 'The work queue cannot look for work; it is started again')
    runner.stop('It cannot look for work').catch(reason => limits.log.debug({ err: reason }, 'The queue had ended'))
  })
}

/** What was added before this connection listened rang for nobody; `drain` comes when its LISTEN was answered. */
const lookOnceListening = (client: PoolClient, log: Log): void => {
  client.once('drain', () => {
    client
      .query(`select pg_notify('jobs:insert', '{"count":100}')`)
      .catch(error => log.warn({ err: error }, 'The queue could not look for waiting work; it polls meanwhile'))
  })
}

const serviceIdOf = (payload: unknown): ServiceId => (payload as { service_id: ServiceId }).service_id
