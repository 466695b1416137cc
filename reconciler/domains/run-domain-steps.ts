import { toAppError } from '@parcela/contract'
import type { DomainStep } from '@parcela/core'
import { journalled, performStep, StepFailure, throwIfInterrupted } from '../loop/apply-plan.ts'
import { openRun, type Run } from '../loop/open-run.ts'
import { reasonOf } from '../loop/reason-of.ts'
import type { Work } from '../loop/work.ts'
import { recordDomainFailure, recordDomainSuccess } from './record-domain.ts'

/**
 * Does the steps of custom domains, one domain after the other. What one fails of is written into its own status, and the others go on. Looks that
 * change nothing come every hour and are no part of what a person watches: the journal begins with the first step that changes something.
 */
export const runDomainSteps = async (work: Work, steps: readonly DomainStep[]): Promise<void> => {
  let run: Run | undefined
  const openOnce = (): Run => {
    run ??= openRun(work, { release_id: null })
    return run
  }
  let failed = 0
  try {
    for (const [name, chain] of Map.groupBy(steps, step => step.name)) {
      const isDone = await runChain(work, name, { chain, openOnce })
      failed += isDone ? 0 : 1
    }
  } catch (error) {
    await run?.finish(error)
    throw error
  }
  await run?.close(failed === 0 ? 'done' : 'failed')
}

const runChain = async (
  work: Work,
  name: string,
  { chain, openOnce }: { chain: readonly DomainStep[]; openOnce: () => Run },
): Promise<boolean> => {
  const domain = work.domains.find(candidate => candidate.name === name)
  try {
    for (const step of chain) {
      throwIfInterrupted(work.signal)
      if (step.kind === 'check-domain') await performStep(work, step)
      else await journalled(work, step, openOnce())
    }
    if (domain) await recordDomainSuccess(work, domain)
    return true
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    const failure = toAppError(error.cause)
    const step = chain.find(({ kind }) => kind === error.step)?.kind ?? 'check-domain'
    if (domain) await recordDomainFailure(work, domain, { step, reason: reasonOf(failure, step) })
    else work.ports.log.warn({ service: work.spec.id, domain: name, err: failure.cause ?? failure }, failure.message)
    return false
  }
}
