import type { ReleaseId, RunId } from '@parcela/core'
import type { RunJournal } from './apply-plan.ts'
import { createBacklog } from './create-backlog.ts'
import { Interrupted } from './interruptions.ts'
import type { Work } from './work.ts'

/** One run of the journal. Its entries are written beside the work, which waits for no such write but the last. */
export type Run = RunJournal & {
  close(outcome: 'done' | 'failed' | 'cancelled'): Promise<void>
  /** After a failure, which may be an interruption. */
  finish(error: unknown): Promise<void>
}

/** Work for a release, or for none in particular. `begin` is done before the run's first entry is written. */
export const openRun = (
  { ports, spec }: Work,
  { release_id, begin }: { release_id: ReleaseId | null; begin?: () => Promise<void> },
): Run => {
  const backlog = createBacklog()
  const run = Promise.withResolvers<RunId>()
  backlog.add(async () => {
    await ports.journal.closeAbandonedRuns(spec.id)
    await begin?.()
    run.resolve(await ports.journal.startRun({ id: spec.id, generation: spec.generation, release_id }))
  })
  const close = async (outcome: 'done' | 'failed' | 'cancelled'): Promise<void> => {
    backlog.add(async () => ports.journal.finishRun(await run.promise, outcome))
    await backlog.settle()
  }
  return {
    run: run.promise,
    backlog,
    close,
    finish: error => close(error instanceof Interrupted ? 'cancelled' : 'failed'),
  }
}
