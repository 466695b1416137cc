/** Runs what it is given one after the other, in the order it came; a failure is its caller's alone. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>

export const createTurn = (): Turn => {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const result = last.then(work, work)
    last = result
    return result
  }
}
