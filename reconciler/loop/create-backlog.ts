/** Writes that follow each other in order while other work goes on. After one that failed no further one is done. */
export type Backlog = {
  /** Adds a write behind those that wait; does not wait itself. */
  add(write: () => Promise<unknown>): void
  /** Throws what a write failed of, if one did. */
  check(): void
  /** Waits for all that was added; throws what one failed of. */
  settle(): Promise<void>
}

export const createBacklog = (): Backlog => {
  let last: Promise<void> = Promise.resolve()
  let failure: { cause: unknown } | undefined

  const check = (): void => {
    if (failure) throw failure.cause
  }
  return {
    add: write => {
      last = last.then(async () => {
        if (failure) return
        try {
          await write()
        } catch (cause) {
          failure = { cause }
        }
      })
    },
    check,
    settle: async () => {
      await last
      check()
    },
  }
}
