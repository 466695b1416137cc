import { toAppError } from '@parcela/contract'
import type { RunId, Step } from '@parcela/core'
import { applyStep } from '../steps/apply-step.ts'
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

/** Applies the steps one by one, each written to the journal with its times. Stops at the first that fails, or when interrupted. */
export const applyPlan = async (
  work: Work,
  steps: readonly Step[],
  options: { run: RunId; beforeStep: (step: Step) => Promise<void> },
): Promise<void> => {
  for (const step of steps) {
    throwIfInterrupted(work.signal)
    await options.beforeStep(step)
    await journalled(work, step, options.run)
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

const journalled = async (work: Work, step: Step, run: RunId): Promise<void> => {
  const { journal } = work.ports
  const entry = await journal.startStep(run, step.kind)
  try {
    const fact = await applyStep(work, step)
    await journal.finishStep(entry, { status: 'done', message: fact })
  } catch (error) {
    const cause = work.signal.aborted ? work.signal.reason : error
    const message = cause instanceof Interrupted ? 'A newer change takes its place.' : toAppError(cause).message
    await journal.finishStep(entry, { status: 'failed', message })
    throw cause instanceof Interrupted ? cause : new StepFailure(step.kind, cause)
  }
}

const throwIfInterrupted = (signal: AbortSignal): void => {
  if (signal.aborted) throw signal.reason
}
