import type { Log } from '@parcela/kit'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'

type Dependencies = { database: Database; log: Log; ownPools: ReadonlySet<string>; activeJobs: ReadonlySet<string> }

export type Reaper = {
  /** Looks again in a moment, as after the start: the connection was lost, and with it perhaps an answer. */
  lookSoon(): void
  stop(): Promise<void>
}

/** Soon after the start, when the process before may just have died, then every half minute. */
const firstPausesMs = [500, 1_000, 2_000, 5_000]
const pauseMs = 30_000

/** The lock that a living worker pool holds. */
export const poolLock = (pool: string): string => `pool ${pool}`

/**
 * Gives the wake-ups of dead processes to the living: graphile-worker alone would wait four hours. A process is dead when nobody holds the lock of
 * its worker pool; later than at the start only when that is so twice in a row, because a living one may be taking it again after an outage.
 * Wake-ups that this process took without hearing of it, because the answer was lost, are done again, too.
 */
export const startReaper = async (dependencies: Dependencies): Promise<Reaper> => {
  const stopped = new AbortController()
  let hurry = Promise.withResolvers<void>()
  let round = 0
  let suspects = await reapDead(dependencies, 'everyone')
  let unheard = new Set<string>()

  const repeat = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await pause(firstPausesMs[round] ?? pauseMs, hurry.promise)
      round += 1
      if (stopped.signal.aborted) return
      try {
        suspects = await reapDead(dependencies, suspects)
        unheard = await wakeUnheard(dependencies, unheard)
      } catch (error) {
        dependencies.log.warn({ err: error }, 'The work of dead processes could not be looked for')
      }
    }
  }
  const repeating = repeat()
  const interrupt = (): void => {
    hurry.resolve()
    hurry = Promise.withResolvers<void>()
  }
  return {
    lookSoon: () => {
      round = 0
      interrupt()
    },
    stop: async () => {
      stopped.abort()
      interrupt()
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

/** Wakes again the services whose wake-up is locked by this process and not worked on, twice in a row; answers those that are so now. */
const wakeUnheard = async (
  { database, log, ownPools, activeJobs }: Dependencies,
  before: ReadonlySet<string>,
): Promise<Set<string>> => {
  const { rows } = await sql<{ id: string; key: string }>`
    select id, key from graphile_worker.jobs where locked_by = any(${[...ownPools]}::text[]) and key is not null
  `.execute(database.db)
  const unheard = rows.filter(({ id }) => !activeJobs.has(id))
  for (const { key } of unheard.filter(({ id }) => before.has(id))) {
    log.warn({ service: key }, 'A wake-up was taken, but the answer was lost; it is repeated')
    await sql`select wake_service(${key}, null)`.execute(database.db)
  }
  return new Set(unheard.map(({ id }) => id))
}

const pause = async (ms: number, interruption: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const time = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
    timer.unref()
  })
  await Promise.race([time, interruption])
  clearTimeout(timer)
}
