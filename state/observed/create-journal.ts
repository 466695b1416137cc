import type { StepEvent } from '@parcela/contract'
import { type Clock, createId, type Journal, type RunId, type ServiceId } from '@parcela/core'
import { type Selectable, sql } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import type { Schema } from '../database/schema.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { serviceNotFound } from '../desired/not-found.ts'
import { appendEvent } from '../events/append-event.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

/** Runs kept for each service: enough to see what happened lately, also for one that fails and tries again all night. */
const keptRuns = 200
const listedSteps = 1_000

/** What was done and how long it took, in PostgreSQL; every entry is an event, too. Ending what was purged meanwhile is success. */
export const createJournal = ({ database, clock, random }: Dependencies): Journal => {
  const { db } = database
  return translateFailures<Journal>({
    startRun: async ({ id: service_id, generation, release_id }) => {
      const now = clock.now()
      const id = createId('run', now.getTime(), random(16))
      const exists = await db.selectFrom('services').select('id').where('id', '=', service_id).executeTakeFirst()
      if (!exists) throw serviceNotFound()
      await db
        .insertInto('runs')
        .values({ id, service_id, generation, release_id, outcome: null, started_at: now, finished_at: null })
        .execute()
      await trimRuns(db, service_id)
      return id
    },
    finishRun: async (id, outcome) => {
      await db.updateTable('runs').set({ outcome, finished_at: clock.now() }).where('id', '=', id).execute()
    },
    startStep: (run, step, started_at) =>
      db.transaction().execute(async trx => {
        await commitWithoutWaiting(trx)
        const { service_id } = await lockRun(trx, run)
        const { id } = await trx
          .insertInto('steps')
          .values({ run_id: run, step, status: 'running', message: null, started_at, finished_at: null })
          .returning('id')
          .executeTakeFirstOrThrow()
        await tellStep(trx, service_id, id)
        return Number(id)
      }),
    finishStep: (stepId, outcome, finished_at) =>
      db.transaction().execute(async trx => {
        await commitWithoutWaiting(trx)
        const step = await selectSteps(trx).where('steps.id', '=', String(stepId)).executeTakeFirst()
        if (!step) return
        await lockService(trx, step.service_id)
        await trx
          .updateTable('steps')
          .set({ ...outcome, finished_at })
          .where('id', '=', step.id)
          .execute()
        await tellStep(trx, step.service_id, step.id)
      }),
    closeAbandonedRuns: serviceId =>
      db.transaction().execute(async trx => {
        await lockService(trx, serviceId)
        const finished_at = clock.now()
        const runs = await trx
          .updateTable('runs')
          .set({ outcome: 'failed', finished_at })
          .where('service_id', '=', serviceId)
          .where('outcome', 'is', null)
          .returning('id')
          .execute()
        if (runs.length === 0) return
        const steps = await trx
          .updateTable('steps')
          .set({ status: 'failed', message: 'Interrupted.', finished_at })
          .where('status', '=', 'running')
          .where(
            'run_id',
            'in',
            runs.map(run => run.id),
          )
          .returning('id')
          .execute()
        for (const step of steps) await tellStep(trx, serviceId, step.id)
      }),
    listSteps: async (serviceId, releaseId) => {
      const rows = await selectSteps(db)
        .where('runs.service_id', '=', serviceId)
        .$if(releaseId !== undefined, query => query.where('runs.release_id', '=', releaseId ?? null))
        .orderBy('steps.id', 'desc')
        .limit(listedSteps)
        .execute()
      return rows.reverse().map(toEvent)
    },
    appendBuildLog: async (release_id, lines) => {
      if (lines.length === 0) return
      // PostgreSQL's text cannot hold a NUL; a build may print one.
      const printable = lines.map(line => line.replaceAll('\u0000', '\ufffd'))
      await db.insertInto('build_log').values({ release_id, lines: printable, written_at: clock.now() }).execute()
    },
    readBuildLog: async release_id => {
      const rows = await db
        .selectFrom('build_log')
        .selectAll()
        .where('release_id', '=', release_id)
        .orderBy('id')
        .execute()
      return rows.flatMap(({ lines, written_at }) =>
        lines.map(text => ({ time: written_at.toISOString(), stream: 'build' as const, text, release_id })),
      )
    },
  })
}

/**
 * The journal tells of the work and never decides it: a power cut may take its last fraction of a second, and no step waits for the disk. What
 * a later transaction makes durable includes all that was committed before it.
 */
const commitWithoutWaiting = (trx: Queryable) => sql`set local synchronous_commit to off`.execute(trx)

const selectSteps = (db: Queryable) =>
  db
    .selectFrom('steps')
    .innerJoin('runs', 'runs.id', 'steps.run_id')
    .selectAll('steps')
    .select(['runs.service_id', 'runs.release_id'])

type StepRow = Selectable<Schema['steps']> & Pick<Selectable<Schema['runs']>, 'service_id' | 'release_id'>

const tellStep = async (trx: Queryable, serviceId: ServiceId, stepId: string): Promise<void> => {
  const step = await selectSteps(trx).where('steps.id', '=', stepId).executeTakeFirst()
  if (step) await appendEvent(trx, serviceId, toEvent(step))
}

const toEvent = (step: StepRow): StepEvent => ({
  type: 'step',
  step: step.step,
  status: step.status,
  started_at: step.started_at.toISOString(),
  finished_at: step.finished_at?.toISOString() ?? null,
  message: step.message,
  run_id: step.run_id,
  release_id: step.release_id,
})

const lockRun = async (trx: Queryable, id: RunId): Promise<{ service_id: ServiceId }> => {
  const run = await trx.selectFrom('runs').select('service_id').where('id', '=', id).executeTakeFirst()
  if (!run) throw serviceNotFound()
  await lockService(trx, run.service_id)
  return run
}

const trimRuns = async (db: Queryable, serviceId: ServiceId): Promise<void> => {
  const oldest = await db
    .selectFrom('runs')
    .select('id')
    .where('service_id', '=', serviceId)
    .orderBy('id', 'desc')
    .offset(keptRuns)
    .limit(1)
    .executeTakeFirst()
  if (oldest) await db.deleteFrom('runs').where('service_id', '=', serviceId).where('id', '<=', oldest.id).execute()
}
