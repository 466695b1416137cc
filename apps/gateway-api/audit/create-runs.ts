import type { Clock } from '@parcela/core'

const lengthMs = 10 * 60_000
const mostRuns = 10_000

/** Tells the first of many equal things within ten minutes. */
export const createRuns = ({ clock }: { clock: Clock }): { isFirst(name: string): boolean } => {
  const ends = new Map<string, number>()
  return {
    isFirst: name => {
      const now = clock.now().getTime()
      if (now < (ends.get(name) ?? 0)) return false
      ends.delete(name)
      ends.set(name, now + lengthMs)
      const oldest = ends.keys().next().value
      if (ends.size > mostRuns && oldest !== undefined) ends.delete(oldest)
      return true
    },
  }
}
