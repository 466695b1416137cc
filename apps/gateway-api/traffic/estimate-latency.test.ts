import { latencyBoundsMs } from '@parcela/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimateLatency } from './estimate-latency.ts'

const classes = latencyBoundsMs.length + 1
const counts = (given: Record<number, number>): number[] =>
  Array.from({ length: classes }, (_, index) => given[index] ?? 0)

describe('a latency is estimated from its classes', () => {
  test.each([
    [{}, 0.5, null],
    [{ 0: 10 }, 0.5, 0.5],
    [{ 5: 4 }, 0.5, 35],
    [{ 5: 4 }, 1, 50],
    [{ 0: 50, 7: 50 }, 0.5, 1],
    [{ 0: 50, 7: 50 }, 0.95, 190],
    [{ 0: 1, 14: 99 }, 0.95, 30_000],
    [{ 14: 1 }, 0.01, 30_000],
  ])('%j at %s is %s ms', (given, share, expected) => {
    expect(estimateLatency(counts(given), share)).toBe(expected)
  })

  test('and lies in the class of the answer that it stands for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95),
        (latencies, share) => {
          const classOf = (ms: number): number => {
            const index = latencyBoundsMs.findIndex(bound => ms <= bound)
            return index < 0 ? classes - 1 : index
          }
          const found = counts({})
          for (const ms of latencies) found[classOf(ms)] = (found[classOf(ms)] ?? 0) + 1
          const exact = latencies.toSorted((one, other) => one - other)[Math.ceil(share * latencies.length) - 1] ?? 0
          const estimate = estimateLatency(found, share) ?? -1
          const index = classOf(exact)
          expect(estimate).toBeGreaterThanOrEqual(latencyBoundsMs[index - 1] ?? 0)
          expect(estimate).toBeLessThanOrEqual(latencyBoundsMs[index] ?? 30_000)
        },
      ),
    )
  })
})
