import { AppError, type DomainStatusWord, type StatusReason } from '@parcela/contract'
import type { Domain, DomainStatus, DomainStep } from '@parcela/core'
import { describeEnding, type Ending, endingOf } from '../certificates/ending-of.ts'
import type { Work } from '../loop/work.ts'
import { findDomainStatus } from './work-domain.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const longestMs = 6 * hourMs

/** How long until the next look at a domain that is not as it should be: a minute, two, four ... six hours. */
const lookAgainMs = (attempts: number): number => Math.min(longestMs, minuteMs * 2 ** Math.min(attempts - 1, 10))

/** Writes down that all steps of the domain were done, and when it is looked at again: within the hour, and when its certificate is to be renewed. */
export const recordDomainSuccess = async (work: Work, { service_id, name }: Domain): Promise<void> => {
  const { ports, keeper } = work
  const now = ports.clock.now()
  const before = await findDomainStatus(work, { service_id, name })
  const isCertified = await ports.edge.hasCertificate(name)
  const { decision, stored, problem } = await keeper.look([name])
  const ending = stored ? await endingOf(ports, stored) : null
  const wakeMs = decision.action === 'issue' ? minuteMs : decision.until.getTime() - now.getTime()
  await record(work, {
    ...before,
    status: isCertified ? 'active' : wordWithout(problem),
    status_reason: ending ? endingReason(ending, problem) : (problem ?? work.remarks.get(name) ?? null),
    checked_at: now,
    next_check_at: new Date(now.getTime() + Math.min(hourMs, wakeMs)),
    attempts: 0,
  })
}

/** Writes down why a step failed. What the domain serves now, it goes on serving. */
export const recordDomainFailure = async (
  work: Work,
  { service_id, name }: Domain,
  { step, reason }: { step: DomainStep['kind']; reason: StatusReason },
): Promise<void> => {
  const { ports, keeper } = work
  const now = ports.clock.now()
  const before = await findDomainStatus(work, { service_id, name })
  const wasDue = before.next_check_at === null || before.next_check_at <= now
  const attempts = before.attempts + (wasDue ? 1 : 0)
  const isCertified = before.verified_at !== null && (await ports.edge.hasCertificate(name))
  ports.log.info({ service: service_id, domain: name, step, attempts, reason: reason.reason }, reason.message)

  const { decision, stored } = await keeper.look([name])
  const ending = isCertified && stored ? await endingOf(ports, stored) : null
  const status = isCertified ? 'active' : wordAfter(before, { step, reason })
  await record(work, {
    ...before,
    status,
    status_reason: ending ? endingReason(ending, reason) : reason,
    checked_at: now,
    next_check_at: status === 'failed' ? null : new Date(now.getTime() + pauseMs()),
    attempts,
  })

  function pauseMs(): number {
    if (step !== 'certify-domain') return lookAgainMs(Math.max(1, attempts))
    return decision.action === 'issue' ? minuteMs : decision.until.getTime() - now.getTime()
  }
}

/** A domain that was removed meanwhile needs no status; one that another service proved first is told so. */
const record = async ({ ports }: Work, status: DomainStatus): Promise<void> => {
  try {
    await ports.observed.recordDomainStatus(status)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error
    ports.log.debug({ service: status.service_id, domain: status.name }, 'the domain was removed meanwhile')
  }
}

const wordAfter = (
  before: DomainStatus,
  { step, reason }: { step: DomainStep['kind']; reason: StatusReason },
): DomainStatusWord => {
  if (step === 'check-domain' || before.verified_at === null) return 'waiting_for_dns'
  return step === 'certify-domain' ? wordWithout(reason) : 'issuing'
}

/** Refusals that pass: the authority is asked again. All others need a change by somebody. */
const passing: ReadonlySet<string | undefined> = new Set(['rate_limited', 'validation_failed', 'certificate_limit'])

const wordWithout = (problem: StatusReason | null): DomainStatusWord =>
  problem?.code === 'rejected' && !passing.has(problem.reason) ? 'failed' : 'issuing'

/** What keeps the certificate from being renewed stays the reason; that it ends, and when, is said with it. */
const endingReason = (ending: Ending, problem: StatusReason | null): StatusReason => {
  const { not_after, days_left } = ending
  const told = problem ?? { code: 'unavailable', step: 'certify-domain', reason: 'certificate_ends' }
  const values = { ...problem?.values, not_after: not_after.toISOString(), days_left }
  return { ...told, message: describeEnding(ending, problem?.message ?? null), values }
}
