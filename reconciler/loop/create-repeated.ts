/** Work that is done again and again: once at a time, and once at most that waits, so that slow work does not pile up. */
export type Repeated = {
  /** Does it once more from the beginning; resolves when that is over, whatever came of it. */
  now(): Promise<void>
  /** Does it once after the pause, however often that is asked for meanwhile. */
  soon(pauseMs: number): void
  every(pauseMs: number): void
  /** Ends, when what is under way has ended. */
  stop(): Promise<void>
}

export const createRepeated = (work: () => Promise<void>, onFailure: (error: unknown) => void): Repeated => {
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let pending: NodeJS.Timeout | undefined
  let isStopped = false

  const now = (): Promise<void> => {
    if (isStopped) return running
    next ??= running.then(() => {
      next = undefined
      return isStopped ? undefined : work().catch(onFailure)
    })
    running = next
    return next
  }
  return {
    now,
    soon: pauseMs => {
      pending ??= setTimeout(() => {
        pending = undefined
        void now()
      }, pauseMs)
    },
    every: pauseMs => {
      timer = setInterval(() => void now(), pauseMs)
    },
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      clearTimeout(pending)
      await running
    },
  }
}
