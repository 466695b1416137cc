import type { Clock } from '@parcela/core'

export type FakeClock = Clock & { advance(ms: number): void }

/** A clock that stands still until it is advanced. */
export const createFakeClock = (start = '2026-01-01T00:00:00.000Z'): FakeClock => {
  let timeMs = Date.parse(start)
  return {
    now: () => new Date(timeMs),
    advance: ms => {
      timeMs += ms
    },
  }
}
