import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@parcela/kit'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'

type Dependencies = { database: Database; log: Log; ownPools: ReadonlySet<string> }

/** Soon after the start, when the process before may just have died, then every half minute. */
const firstPausesMs = [500, 1_000, 2_000, 5_000]
const pauseMs = 30_000

/** The lock that a living worker pool holds. */
export const poolLock = (pool: string): string => `pool ${pool}`

/**
 * Gives the wake-ups of dead processes to the living: graphile-worker alone would wait four hours. A process is dead when nobody holds the lock of
 * its worker pool; later than at the start only when that is so twice in a row, because a living one may be taking it again after an outage.
 */
export const startReaper = async (dependencies: Dependencies): Promise<{ stop(): Promise<void> }> => {
  const stopped = new AbortController()
  let suspects = await reapDead(dependencies, 'everyone')

  const repeat = async (): Promise<void> => {
    for (let round = 0; !stopped.signal.aborted; round += 1) {
      await pause(firstPausesMs[round] ?? pauseMs, stopped.signal)
      if (stopped.signal.aborted) return
      try {
        suspects = await reapDead(dependencies, suspects)
      } catch (error) {
        dependencies.log.warn({ err: error }, 'The work of dead processes could not be looked for')
      }
    }
  }
  const repeating = repeat()
  return {
    stop: async () => {
      stopped.abort()
      await repeating
    },
  }
}

/** Reaps those of the dead pools that were suspects before; answers the others, as suspects. */
const reapDead = async (
  { database, log, ownPools }: Dependencies,
  suspects: ReadonlySet<string> | 'everyone',
): Promise<Set<string>> => {
  const { db } = database
  const dead = await findDeadPools(database, ownPools)
  const reaped = dead.filter(pool => suspects === 'everyone' || suspects.has(pool))
  if (reaped.length > 0) {
    log.warn({ pools: reaped }, 'A process died while it worked; its work is taken over')
    await sql`select graphile_worker.force_unlock_workers(${reaped}::text[])`.execute(db)
    // A wake-up that a later one replaced while it was worked on has no attempts left: the later one is there, so this one is done.
    await sql`
      select graphile_worker.complete_jobs(array(
        select id from graphile_worker.jobs where locked_at is null and key is null and attempts >= max_attempts
      ))
    `.execute(db)
    await sql`select pg_notify('jobs:insert', '{"count":100}')`.execute(db)
  }
  return new Set(dead.filter(pool => !reaped.includes(pool)))
}

const findDeadPools = async ({ db }: Database, ownPools: ReadonlySet<string>): Promise<string[]> => {
  // The age leaves a new pool the time to take its lock. Trying the locks of the living never takes one from them.
  const { rows } = await sql<{ pool: string }>`
    select pool from (
      select distinct locked_by as pool from graphile_worker.jobs
      where locked_by is not null and locked_by <> all(${[...ownPools]}::text[]) and locked_at < now() - interval '300 milliseconds'
      offset 0
    ) as pools
    where pg_try_advisory_xact_lock(hashtextextended('pool ' || pool, 0))
  `.execute(db)
  return rows.map(row => row.pool)
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  const ended = new AbortController()
  await Promise.race([
    sleep(ms, undefined, { signal: ended.signal, ref: false }).catch(ignoreAbort),
    new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true })),
  ])
  ended.abort()
}

const ignoreAbort = (error: Error): void => {
  if (error.name !== 'AbortError') throw error
}
