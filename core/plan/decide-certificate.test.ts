import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CertificateAttempt } from '../ports/certificate-book.ts'
import { decideCertificate } from './decide-certificate.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const start = Date.parse('2026-03-01T00:00:00Z')
const names = ['example.test', 'www.example.test']
const limits = { failed_per_hour: 5, duplicates_per_week: 5 }
const at = (ms: number): Date => new Date(start + ms)

const certificate = (lifeMs: number) => ({ not_before: at(0), not_after: at(lifeMs) })

const attempt = (ms: number, facts: Partial<CertificateAttempt> = {}): CertificateAttempt => ({
  names,
  outcome: 'failed',
  is_failed_validation: false,
  retry_after: null,
  reason: null,
  at: at(ms),
  ...facts,
})

const decide = (nowMs: number, facts: Partial<Parameters<typeof decideCertificate>[0]> = {}) =>
  decideCertificate({ stored: undefined, attempts: [], limits, names, now: at(nowMs), jitter: 0, ...facts })

describe('when to renew', () => {
  test('names without a certificate get one at once', () => {
    expect(decide(0)).toEqual({ action: 'issue' })
  })

  test.each([
    ['90 days', 90 * dayMs],
    ['6 days', 6 * dayMs],
    ['an hour', hourMs],
  ])('a certificate of %s is kept for two thirds of its life', (_life, lifeMs) => {
    const stored = certificate(lifeMs)
    expect(decide(lifeMs * 0.66, { stored })).toEqual({ action: 'keep', until: at((lifeMs * 2) / 3) })
    expect(decide(lifeMs * 0.67, { stored })).toEqual({ action: 'issue' })
    expect(decide(lifeMs * 1.5, { stored })).toEqual({ action: 'issue' })
  })

  test('jitter makes it earlier by up to a twentieth of the life', () => {
    const stored = certificate(90 * dayMs)
    expect(decide(0, { stored, jitter: 0.5 })).toEqual({ action: 'keep', until: at(57.75 * dayMs) })
    const latest = decide(0, { stored, jitter: 0.999999 })
    expect(latest).toMatchObject({ action: 'keep' })
    if (latest.action === 'keep') expect(latest.until.getTime()).toBeGreaterThan(at(55.49 * dayMs).getTime())
  })

  test('what failed before does not end a certificate that is still good', () => {
    const decision = decide(dayMs, { stored: certificate(90 * dayMs), attempts: [attempt(dayMs - 1)] })
    expect(decision.action).toBe('keep')
  })
})

describe('after a failure', () => {
  test.each([
    [1, minuteMs],
    [2, 2 * minuteMs],
    [5, 16 * minuteMs],
    [30, dayMs],
  ])('the next attempt after %i failures keeps its distance', (count, distanceMs) => {
    const attempts = Array.from({ length: count }, (_, index) => attempt(index - count))
    const lastAt = -1
    expect(decide(0, { attempts })).toEqual({ action: 'wait', until: at(lastAt + distanceMs), reason: 'failed_before' })
    expect(decide(lastAt + distanceMs, { attempts })).toEqual({ action: 'issue' })
  })

  test('a success in between starts the count again', () => {
    const attempts = [attempt(-5), attempt(-4), attempt(-3, { outcome: 'issued' }), attempt(-2)]
    expect(decide(0, { attempts })).toMatchObject({ until: at(-2 + minuteMs) })
  })

  test('failures of another set of names do not delay this one', () => {
    expect(decide(0, { attempts: [attempt(-1, { names: ['example.test'] })] })).toEqual({ action: 'issue' })
  })

  test('a certificate of an hour is tried again every five minutes, not every day', () => {
    const attempts = Array.from({ length: 12 }, (_, index) => attempt(40 * minuteMs + index))
    expect(decide(41 * minuteMs, { stored: certificate(hourMs), attempts })).toMatchObject({
      action: 'wait',
      until: at(45 * minuteMs + 11),
    })
  })

  test('the time that the authority named is waited for, even where our own distance is shorter', () => {
    const attempts = [attempt(-1, { retry_after: at(7 * hourMs) })]
    expect(decide(0, { attempts })).toEqual({ action: 'wait', until: at(7 * hourMs), reason: 'retry_after' })
    expect(decide(7 * hourMs, { attempts })).toEqual({ action: 'issue' })
  })
})

describe('the limits of the authority', () => {
  const failedValidation = { is_failed_validation: true }

  test('four failed validations of a name in an hour are the last, also together with other names', () => {
    const attempts = [
      attempt(0, { ...failedValidation, names: ['example.test'] }),
      attempt(1, failedValidation),
      attempt(2, { ...failedValidation, names: ['*.example.test'] }),
      attempt(3, { ...failedValidation, names: ['example.test', 'shop.example.test'] }),
    ]
    const now = 30 * minuteMs
    expect(decide(now, { attempts: attempts.slice(1) })).toEqual({ action: 'issue' })
    expect(decide(now, { attempts })).toEqual({ action: 'wait', until: at(hourMs), reason: 'failed_per_hour' })
    expect(decide(hourMs, { attempts })).toEqual({ action: 'issue' })
  })

  test('failures that the authority did not count do not count here', () => {
    const attempts = [0, 1, 2, 3, 4, 5].map(ms => attempt(ms, { names: ['example.test'] }))
    expect(decide(10, { attempts })).toEqual({ action: 'issue' })
  })

  test('four certificates of the same names in a week are the last', () => {
    const attempts = [0, 1, 2, 3].map(day => attempt(day * dayMs, { outcome: 'issued', names: names.toReversed() }))
    expect(decide(4 * dayMs, { attempts })).toEqual({
      action: 'wait',
      until: at(7 * dayMs),
      reason: 'duplicates_per_week',
    })
    expect(decide(7 * dayMs, { attempts })).toEqual({ action: 'issue' })
    expect(decide(4 * dayMs, { attempts, names: ['example.test'] })).toEqual({ action: 'issue' })
  })

  test('an authority without limits is not waited for', () => {
    const attempts = [0, 1, 2, 3, 4, 5].map(ms => attempt(ms, { outcome: 'issued' }))
    expect(decide(10, { attempts, limits: null })).toEqual({ action: 'issue' })
  })

  test('whoever follows the decisions never reaches a limit, whatever the outcomes', () => {
    const outcome = fc.constantFrom('issued', 'validation', 'down')
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 40 }),
        fc.constantFrom(hourMs, 6 * dayMs, 90 * dayMs),
        (outcomes, lifeMs) => {
          const attempts = follow(outcomes, lifeMs)
          for (const { at: then } of attempts) {
            const since = (ms: number) =>
              attempts.filter(({ at: when }) => when <= then && when.getTime() > then.getTime() - ms)
            expect(since(hourMs).filter(({ is_failed_validation }) => is_failed_validation).length).toBeLessThan(5)
            expect(since(7 * dayMs).filter(({ outcome: came }) => came === 'issued').length).toBeLessThan(5)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  /** Does what is decided, with these outcomes one after the other, and answers every attempt. */
  const follow = (outcomes: readonly string[], lifeMs: number): CertificateAttempt[] => {
    const attempts: CertificateAttempt[] = []
    let stored: ReturnType<typeof certificate> | undefined
    let now = at(0)
    for (const outcome of outcomes) {
      const decision = decideCertificate({ stored, attempts, limits, names, now, jitter: 0.3 })
      if (decision.action !== 'issue') {
        expect(decision.until > now).toBe(true)
        now = decision.until
        const next = decideCertificate({ stored, attempts, limits, names, now, jitter: 0.3 })
        if (next.action !== 'issue') continue
      }
      const facts = outcome === 'issued' ? { outcome } : { is_failed_validation: outcome === 'validation' }
      attempts.push(attempt(now.getTime() - start, facts as Partial<CertificateAttempt>))
      if (outcome === 'issued') stored = { not_before: now, not_after: new Date(now.getTime() + lifeMs) }
      now = new Date(now.getTime() + 1000)
    }
    return attempts
  }
})
