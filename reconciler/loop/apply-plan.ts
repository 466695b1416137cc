import { toAppError } from '@parcela/contract'
import type { RunId, Step } from '@parcela/core'
import { applyStep } from '../steps/apply-step.ts'
import type { Backlog } from './create-backlog.ts'
import { Deferred } from './deferred.ts'
import { Interrupted } from './interruptions.ts'
import type { Work } from './work.ts'

/** A step that failed, so that whoever reports it can name it. */
export class StepFailure extends Error {
  readonly step: Step['kind']

  constructor(step: Step['kind'], cause: unknown) {
    super(`${step} failed`, { cause })
    this.name = 'StepFailure'
    this.step = step
  }
}

/** The journal of one run: its entries are written behind each other, beside the work that they tell of. */
export type RunJournal = { run: Promise<RunId>; backlog: Backlog }

/** Applies the steps one by one, each written to the journal with its times. Stops at the first that fails, or when interrupted. */
export const applyPlan = async (
  work: Work,
  steps: readonly Step[],
  { run, backlog, beforeStep }: RunJournal & { beforeStep: (step: Step) => void },
): Promise<void> => {
  for (const step of steps) {
    throwIfInterrupted(work.signal)
    backlog.check()
    beforeStep(step)
    await journalled(work, step, { run, backlog })
  }
}

/** Steps that tidy up are not part of what a person watches: they go to the log alone. */
export const applyTidying = async (work: Work, steps: readonly Step[]): Promise<void> => {
  for (const step of steps) {
    throwIfInterrupted(work.signal)
    const fact = await applyStep(work, step)
    work.ports.log.debug({ service: work.spec.id, step: step.kind, fact }, 'tidied up')
  }
}

/** Does one step with its entries in the journal; the work goes on after one that is deferred. */
export const journalled = async (work: Work, step: Step, { run, backlog }: RunJournal): Promise<void> => {
  const { journal, clock } = work.ports
  let entry: number | undefined
  const startedAt = clock.now()
  backlog.add(async () => {
    entry = await journal.startStep(await run, step.kind, startedAt)
  })
  const finish = (outcome: { status: 'done' | 'failed'; message: string | null }): void => {
    const finishedAt = clock.now()
    backlog.add(async () => {
      if (entry !== undefined) await journal.finishStep(entry, outcome, finishedAt)
    })
  }
  // The last step of a deletion removes the journal with the service.
  if (step.kind === 'forget-service') await backlog.settle()
  try {
    finish({ status: 'done', message: await performStep(work, step) })
  } catch (error) {
    const cause = error instanceof StepFailure ? error.cause : error
    finish({ status: 'failed', message: messageOf(cause) })
    if (!(cause instanceof Deferred)) throw error
  }
}

/** Does the step; throws `Interrupted`, or a `StepFailure` that names it. */
export const performStep = async (work: Work, step: Step): Promise<string> => {
  try {
    return await applyStep(work, step)
  } catch (error) {
    const cause = work.signal.aborted ? work.signal.reason : error
    throw cause instanceof Interrupted ? cause : new StepFailure(step.kind, cause)
  }
}

const messageOf = (cause: unknown): string => {
  if (cause instanceof Interrupted) return 'A newer change takes its place.'
  return cause instanceof Deferred ? cause.message : toAppError(cause).message
}

export const throwIfInterrupted = (signal: AbortSignal): void => {
  if (signal.aborted) throw signal.reason
}
