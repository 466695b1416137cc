import type { Clock } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'

type Dependencies = { database: Database; log: Log; clock: Clock }

export type Alarm = {
  /** Rings at this time, or earlier when an earlier time is set. */
  setAt(time: Date): void
  /** From here on it rings, for what was waiting before as well. */
  start(): Promise<void>
  stop(): void
}

/** Node's timers end at 2^31 ms; waking up once a day is nothing. */
const longestMs = 86_400_000

/**
 * Rings for wake-ups whose time has come: notifications tell of new jobs only, and looking for due ones every second would keep an idle database busy.
 */
export const createAlarm = ({ database, log, clock }: Dependencies): Alarm => {
  let timer: NodeJS.Timeout | undefined
  let rings = Number.POSITIVE_INFINITY
  let isStarted = false

  const setAt = (time: Date): void => {
    if (!isStarted || time.getTime() >= rings) return
    clearTimeout(timer)
    rings = time.getTime()
    const delay = Math.min(Math.max(rings - clock.now().getTime(), 0), longestMs)
    timer = setTimeout(ring, delay + 1)
    timer.unref()
  }
  const ring = (): void => {
    rings = Number.POSITIVE_INFINITY
    ringAndSetNext().catch(error => log.warn({ err: error }, 'The alarm of the work queue failed; it polls meanwhile'))
  }
  const ringAndSetNext = async (): Promise<void> => {
    await sql`select pg_notify('jobs:insert', '{"count":1}')`.execute(database.db)
    await setNext()
  }
  const setNext = async (): Promise<void> => {
    const { rows } = await sql<{ next: Date | null }>`
      select min(run_at) as next from graphile_worker.jobs where locked_at is null and attempts < max_attempts and run_at > now()
    `.execute(database.db)
    const next = rows[0]?.next
    if (next) setAt(next)
  }

  return {
    setAt,
    start: async () => {
      isStarted = true
      await setNext()
    },
    stop: () => {
      isStarted = false
      clearTimeout(timer)
    },
  }
}
