/**
 * Changes that are asked for while an application runs wait, and are applied together as the next one. When such a group is refused, each of
 * them is tried alone, so that only who asked for the bad one hears of it.
 */
export const createBatcher = <T>(apply: (changes: readonly T[]) => Promise<void>): ((change: T) => Promise<void>) => {
  type Waiting = { change: T; resolve: () => void; reject: (reason: unknown) => void }
  let waiting: Waiting[] = []
  let running = false

  const settle = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await apply(group.map(({ change }) => change))
      for (const each of group) each.resolve()
    } catch (error) {
      if (group.length === 1) return group[0]?.reject(error)
      for (const each of group) await settle([each])
    }
  }

  const drain = async (): Promise<void> => {
    if (running) return
    running = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await settle(group)
    }
    running = false
  }

  return change =>
    new Promise((resolve, reject) => {
      waiting.push({ change, resolve, reject })
      void drain()
    })
}
