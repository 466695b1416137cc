import { latencyBoundsMs } from '@parcela/core'

/**
 * The latency that this share of the answers did not exceed (0.5: half of them), in milliseconds, from how many fell into each class: evenly spread
 * within a class, which errs by at most its width. In the last class, which has no end, its beginning: `at least`. Null without answers.
 */
export const estimateLatency = (latencies: readonly number[], share: number): number | null => {
  const count = latencies.reduce((sum, inClass) => sum + inClass, 0)
  if (count === 0) return null
  const wanted = share * count
  let before = 0
  for (const [index, inClass] of latencies.entries()) {
    if (inClass > 0 && before + inClass >= wanted) {
      const lower = latencyBoundsMs[index - 1] ?? 0
      const upper = latencyBoundsMs[index] ?? lower
      return round(lower + ((upper - lower) * (wanted - before)) / inClass)
    }
    before += inClass
  }
  return latencyBoundsMs.at(-1) ?? null
}

const round = (ms: number): number => Math.round(ms * 100) / 100
