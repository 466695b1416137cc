const firstMs = 500
const longestMs = 60_000

/** Pause before the next attempt, in milliseconds: doubling, at most a minute, spread by a quarter. `random` is in [0, 1). */
export const backoffMs = (failedAttempts: number, random: number): number => {
  const base = Math.min(longestMs, firstMs * 2 ** Math.min(failedAttempts - 1, 10))
  return Math.round(base * (0.75 + random / 2))
}
