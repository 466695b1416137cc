export type Turns = {
  /** How many may be inside `take` at once before somebody is kept waiting for nothing. */
  slots: number
  /** Runs the work when it is its turn. Resolves without running it when a later caller waits for the same thing: that one runs after this time, too. */
  take(id: string, work: () => Promise<void>): Promise<void>
  /** Whoever waits is sent away with an error; what runs goes on. */
  close(): void
}

type Waiting = PromiseWithResolvers<'your turn' | 'somebody else runs'>

/**
 * One at a time for each id, and at most `concurrency` altogether. The one who waits is always the latest: its wake-up stays in the database,
 * locked, until it ran, so that a process that dies loses none.
 */
export const createTurns = (concurrency: number): Turns => {
  const busy = new Map<string, Waiting | undefined>()
  const gate = createGate(concurrency)
  let isClosed = false

  const wait = (id: string): Waiting['promise'] => {
    busy.get(id)?.resolve('somebody else runs')
    const waiting: Waiting = Promise.withResolvers()
    busy.set(id, waiting)
    return waiting.promise
  }
  const leave = (id: string): void => {
    const next = busy.get(id)
    if (next) busy.set(id, undefined)
    else busy.delete(id)
    next?.resolve('your turn')
  }

  return {
    slots: concurrency * 2,
    take: async (id, work) => {
      if (isClosed) throw closedError()
      if (busy.has(id)) {
        if ((await wait(id)) === 'somebody else runs') return
      } else busy.set(id, undefined)
      try {
        await gate.enter()
        try {
          if (isClosed) throw closedError()
          await work()
        } finally {
          gate.leave()
        }
      } finally {
        leave(id)
      }
    },
    close: () => {
      isClosed = true
      for (const waiting of busy.values()) waiting?.reject(closedError())
    },
  }
}

const closedError = (): Error => new Error('The queue is being stopped; this is done after the next start')

const createGate = (places: number): { enter(): Promise<void>; leave(): void } => {
  const line: (() => void)[] = []
  let free = places
  return {
    enter: async () => {
      if (free > 0) free -= 1
      else await new Promise<void>(resolve => line.push(resolve))
    },
    leave: () => {
      const next = line.shift()
      if (next) next()
      else free += 1
    },
  }
}
