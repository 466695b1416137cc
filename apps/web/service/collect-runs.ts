import type { ServiceEvent, StepEvent } from '@parcela/contract'

export type Step = Pick<StepEvent, 'step' | 'status' | 'message'> & { startedMs: number; finishedMs: number | null }

/** One piece of work on a service: the steps between a change that was asked for and its end. */
export type Run = { id: string; releaseId: string | null; steps: Step[] }

/** Step events, keyed so that one told twice counts once; the end of a step replaces its beginning. */
export type StepEvents = ReadonlyMap<string, StepEvent>

/** What is done behind a site that is already live: not part of anybody's wait. */
const tidyingSteps = new Set(['drain-containers', 'remove-images'])

/** Takes a batch of events in; pure. */
export const addEvents = (known: StepEvents, events: readonly ServiceEvent[]): StepEvents => {
  const next = new Map(known)
  for (const event of events) {
    if (event.type !== 'step' || tidyingSteps.has(event.step)) continue
    const key = `${event.run_id} ${event.step} ${event.started_at}`
    if (next.get(key)?.finished_at == null) next.set(key, event)
  }
  return next
}

/** The runs that the events tell of, the oldest first; pure. */
export const collectRuns = (events: StepEvents): Run[] => {
  const runs = new Map<string, Run>()
  for (const event of events.values()) {
    const run = runs.get(event.run_id) ?? { id: event.run_id, releaseId: null, steps: [] }
    run.releaseId = event.release_id ?? run.releaseId
    run.steps.push({
      step: event.step,
      status: event.status,
      message: event.message,
      startedMs: Date.parse(event.started_at),
      finishedMs: event.finished_at === null ? null : Date.parse(event.finished_at),
    })
    runs.set(event.run_id, run)
  }
  for (const run of runs.values()) run.steps.sort((one, other) => one.startedMs - other.startedMs)
  return [...runs.values()].sort((one, other) => startOf(one) - startOf(other))
}

export const startOf = (run: Run): number => run.steps[0]?.startedMs ?? 0

/** When the last step ended; `nowMs` while one is under way. */
export const endOf = (run: Run, nowMs: number): number =>
  run.steps.reduce((end, step) => Math.max(end, step.finishedMs ?? nowMs), startOf(run))

export type RunState = 'running' | 'done' | 'failed'

/** How a run stands. Between two steps it still runs while its service is being worked on. */
export const stateOf = (run: Run, isWorking: boolean): RunState => {
  const last = run.steps.at(-1)
  if (run.steps.some(step => step.status === 'running') || (isWorking && last?.status !== 'failed')) return 'running'
  return last?.status === 'failed' ? 'failed' : 'done'
}
