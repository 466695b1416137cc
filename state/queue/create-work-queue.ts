import type { Clock, ServiceId, WorkQueue } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { createAlarm } from './create-alarm.ts'
import { createTurns } from './create-turns.ts'
import { openLockSession } from './open-lock-session.ts'
import { type Reaper, startReaper } from './start-reaper.ts'
import { superviseRunner } from './supervise-runner.ts'

type Dependencies = { database: Database; log: Log; clock: Clock }

const retryPauseMs = 5_000
/** Another process works on the service: so often it is asked whether it is done. */
const elsewherePauseMs = 500

/**
 * Wake-ups in PostgreSQL, over graphile-worker. It listens, so an idle queue costs next to nothing and a wake-up is picked up within milliseconds.
 *
 * One service is worked on once at a time by taking turns in this process and by an advisory lock between processes, not by a queue of
 * graphile-worker for each service: looking for a job there locks every free queue, which grows with the number of services, and makes two
 * workers that look at the same moment miss each other's.
 */
export const createWorkQueue = ({ database, log, clock }: Dependencies): WorkQueue => {
  const alarm = createAlarm({ database, log, clock })
  const wake = async (id: ServiceId, at?: Date): Promise<void> => {
    await sql`select wake_service(${id}, ${at ?? null})`.execute(database.db)
    if (at) alarm.setAt(at)
  }

  const soon = (ms: number): Date => new Date(clock.now().getTime() + ms)

  return translateFailures<WorkQueue>({
    wake: (id, options) => wake(id, options?.at),
    start: async (handle, { concurrency }) => {
      const session = await openLockSession({ database, log })
      const turns = createTurns(concurrency)
      let reaper: Reaper | undefined

      const work = async (id: ServiceId): Promise<void> => {
        try {
          if (!(await session.tryLock(workLock(id)))) return await wake(id, soon(elsewherePauseMs))
          await handle(id).finally(() => session.unlock(workLock(id)))
        } catch (error) {
          log.error(
            { err: error, service: id },
            `Work on a service failed; it is repeated in ${retryPauseMs / 1_000} s`,
          )
          await wake(id, soon(retryPauseMs))
        }
      }

      const runner = await superviseRunner({
        database,
        log,
        session,
        concurrency: turns.slots,
        work: id => turns.take(id, () => work(id)),
        onListening: () => reaper?.lookSoon(),
      })
      reaper = await startReaper({ database, log, ownPools: runner.pools, activeJobs: runner.jobs })
      await alarm.start()
      return {
        stop: async () => {
          alarm.stop()
          await reaper?.stop()
          turns.close()
          await runner.stop()
          await session.close()
        },
      }
    },
  })
}

const workLock = (id: ServiceId): string => `work ${id}`
