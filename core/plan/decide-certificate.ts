import type { CertificateAttempt } from '../ports/certificate-book.ts'
import type { IssuedCertificate, IssuerLimits } from '../ports/certificate-issuer.ts'

export type CertificateDecision =
  | { action: 'keep'; until: Date }
  | { action: 'issue' }
  | { action: 'wait'; until: Date; reason: WaitReason }

/**
 * `retry_after`: the authority said so. `failed_before`: the last attempt failed, and the next keeps its distance. The other two: one more
 * attempt would come too near to the authority's limit of that name.
 */
export type WaitReason = 'retry_after' | 'failed_before' | 'failed_per_hour' | 'duplicates_per_week'

type Input = {
  /** What is stored for exactly these names. */
  stored: Pick<IssuedCertificate, 'not_before' | 'not_after'> | undefined
  /** Those of the last 168 hours that have a name in common, as the `CertificateBook` lists them. */
  attempts: readonly CertificateAttempt[]
  limits: IssuerLimits
  names: readonly string[]
  now: Date
  /** In [0, 1), always the same for the same names: spreads the renewals of certificates that were issued together. */
  jitter: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const weekMs = 7 * dayMs
/** Of a certificate's life, when it is renewed; earlier by up to `jitterShare`. */
const renewAfterShare = 2 / 3
const jitterShare = 0.05
/** Of a certificate's life, the longest pause between two attempts: a life of an hour has no time for a pause of a day. */
const pauseShare = 1 / 12

/**
 * What to do about the certificate of these names now. It is renewed at two thirds of its life, however long that is; an attempt that failed is
 * repeated after a minute, two, four ... up to a day; and an authority is always asked at least once less often than its limits allow.
 */
export const decideCertificate = (input: Input): CertificateDecision => {
  const { stored, now, jitter } = input
  if (stored) {
    const lifeMs = lifeOf(stored)
    const until = new Date(stored.not_before.getTime() + lifeMs * (renewAfterShare - jitterShare * jitter))
    if (until > now && stored.not_after > now) return { action: 'keep', until }
  }
  const [longest] = listPauses(input)
    .filter(({ until }) => until > now)
    .sort((one, other) => other.until.getTime() - one.until.getTime())
  return longest ? { action: 'wait', ...longest } : { action: 'issue' }
}

type Pause = { until: Date; reason: WaitReason }

const listPauses = (input: Input): Pause[] => [
  ...askedPauses(input),
  ...distancePauses(input),
  ...failurePauses(input),
  ...duplicatePauses(input),
]

const askedPauses = ({ attempts }: Input): Pause[] =>
  attempts.flatMap(({ retry_after: until }) => (until ? [{ until, reason: 'retry_after' }] : []))

const distancePauses = ({ attempts, names, stored }: Input): Pause[] => {
  const ours = attempts.filter(attempt => isSameSet(attempt.names, names))
  const failures = ours.slice(ours.findLastIndex(({ outcome }) => outcome === 'issued') + 1)
  const last = failures.at(-1)
  if (!last) return []
  const longestMs = stored ? Math.min(dayMs, lifeOf(stored) * pauseShare) : dayMs
  const distanceMs = Math.min(longestMs, minuteMs * 2 ** (failures.length - 1))
  return [{ until: later(last.at, distanceMs), reason: 'failed_before' }]
}

/** Of each name by itself, whatever other names it was asked for with. Authorities count a wildcard as the name it stands below. */
const failurePauses = ({ attempts, limits, names }: Input): Pause[] =>
  limits === null
    ? []
    : names.flatMap(name => {
        const failures = attempts.filter(
          attempt => attempt.is_failed_validation && attempt.names.map(bareName).includes(bareName(name)),
        )
        return limitPauses(failures, { allowed: limits.failed_per_hour, withinMs: hourMs, reason: 'failed_per_hour' })
      })

const duplicatePauses = ({ attempts, limits, names }: Input): Pause[] => {
  if (limits === null) return []
  const issued = attempts.filter(({ outcome, names: those }) => outcome === 'issued' && isSameSet(those, names))
  return limitPauses(issued, { allowed: limits.duplicates_per_week, withinMs: weekMs, reason: 'duplicates_per_week' })
}

/** Until so few of these lie within the time that one more is still below the limit. */
const limitPauses = (
  counted: readonly CertificateAttempt[],
  { allowed, withinMs, reason }: { allowed: number; withinMs: number; reason: WaitReason },
): Pause[] => {
  const used = Math.max(1, allowed - 1)
  const freeing = counted.at(-used)
  return freeing ? [{ until: later(freeing.at, withinMs), reason }] : []
}

const lifeOf = ({ not_before, not_after }: Pick<IssuedCertificate, 'not_before' | 'not_after'>): number =>
  not_after.getTime() - not_before.getTime()

const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms)

const bareName = (name: string): string => (name.startsWith('*.') ? name.slice(2) : name)

const isSameSet = (some: readonly string[], others: readonly string[]): boolean =>
  [...new Set(some)].sort().join(' ') === [...new Set(others)].sort().join(' ')
