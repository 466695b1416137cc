import type { StepEvent } from '@parcela/contract'
import type { Journal, RunId } from '@parcela/core'
import type { FakeTables, RunRow, StepRow } from './fake-tables.ts'

export const createFakeJournal = (tables: FakeTables): Journal => {
  const getRun = (id: RunId): RunRow => {
    const run = tables.runs.get(id)
    if (!run) throw new Error(`There is no run ${id}`)
    return run
  }
  const record = (step: StepRow): void => {
    const run = getRun(step.run_id)
    tables.steps.set(step.id, step)
    tables.addEvent(run.service_id, toEvent(step, run))
  }

  return {
    startRun: async ({ id, generation, release_id }) => {
      const run = tables.newId('run')
      tables.runs.set(run, { id: run, service_id: id, generation, release_id, outcome: null })
      return run
    },
    finishRun: async (id, outcome) => {
      getRun(id).outcome = outcome
    },
    startStep: async (run, step, started_at) => {
      const id = tables.nextNumber()
      record({
        id,
        run_id: run,
        step,
        status: 'running',
        message: null,
        started_at,
        finished_at: null,
      })
      return id
    },
    finishStep: async (id, { status, message }, finished_at) => {
      const step = tables.steps.get(id)
      if (!step) throw new Error(`There is no step ${id}`)
      record({ ...step, status, message, finished_at })
    },
    closeAbandonedRuns: async serviceId => {
      for (const run of tables.runs.values()) {
        if (run.service_id !== serviceId || run.outcome) continue
        run.outcome = 'failed'
        for (const step of [...tables.steps.values()]) {
          if (step.run_id !== run.id || step.status !== 'running') continue
          record({ ...step, status: 'failed', message: 'Interrupted.', finished_at: tables.clock.now() })
        }
      }
    },
    listSteps: async (serviceId, releaseId) =>
      [...tables.steps.values()].flatMap(step => {
        const run = getRun(step.run_id)
        const isWanted = run.service_id === serviceId && (!releaseId || run.release_id === releaseId)
        return isWanted ? [toEvent(step, run)] : []
      }),
    appendBuildLog: async (releaseId, lines) => {
      const log = tables.buildLogs.get(releaseId) ?? []
      const time = tables.clock.now().toISOString()
      log.push(...lines.map(text => ({ time, stream: 'build' as const, text, release_id: releaseId })))
      tables.buildLogs.set(releaseId, log)
    },
    readBuildLog: async releaseId => structuredClone(tables.buildLogs.get(releaseId) ?? []),
  }
}

const toEvent = (step: StepRow, run: RunRow): StepEvent => ({
  type: 'step',
  step: step.step,
  status: step.status,
  started_at: step.started_at.toISOString(),
  finished_at: step.finished_at?.toISOString() ?? null,
  message: step.message,
  run_id: run.id,
  release_id: run.release_id,
})
