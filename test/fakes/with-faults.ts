type MethodName<P> = keyof P & string

export type Fault = {
  /** How many calls fail; for ever unless given. */
  times?: number
  /** `before` the call has any effect, or `after` it, as when the answer is lost or the process dies on the way back. */
  when?: 'before' | 'after'
}

export type Faulty<P> = P & {
  /** The next calls of this method fail with `error`. */
  fail(method: MethodName<P>, error: Error, fault?: Fault): void
  /** Every method fails with `error` until `heal`. */
  failAll(error: Error): void
  /** Ends all failures. */
  heal(): void
  /** Is told of every call before it has an effect, and may throw: for tests that end the work at the n-th call. */
  intercept(listener: (method: MethodName<P>) => void): void
}

type Planned = { error: Error; left: number; when: 'before' | 'after' }
// biome-ignore lint/complexity/noBannedTypes: only the constructor's name is looked at
const isGenerator = (method: Function): boolean => method.constructor.name === 'AsyncGeneratorFunction'

/** A port whose calls can be made to fail. Generators fail when they are first asked for a value, as real streams do. */
export const withFaults = <P extends object>(port: P): Faulty<P> => {
  const planned = new Map<string, Planned>()
  let everywhere: Error | undefined
  let intercepted: (method: MethodName<P>) => void = () => undefined

  const throwPlanned = (name: string, when: Planned['when']): void => {
    const fault = planned.get(name)
    if (!fault || fault.when !== when || fault.left === 0) return
    fault.left -= 1
    throw fault.error
  }
  const before = (name: MethodName<P>): void => {
    intercepted(name)
    if (everywhere) throw everywhere
    throwPlanned(name, 'before')
  }

  const wrap = (name: MethodName<P>, method: (...args: unknown[]) => unknown): unknown =>
    isGenerator(method)
      ? async function* (...args: unknown[]) {
          before(name)
          yield* method(...args) as AsyncIterable<unknown>
          throwPlanned(name, 'after')
        }
      : async (...args: unknown[]) => {
          before(name)
          const answer = await method(...args)
          throwPlanned(name, 'after')
          return answer
        }

  const wrapped = Object.fromEntries(
    Object.entries(port).map(([name, method]) => [name, wrap(name as MethodName<P>, method)]),
  ) as P

  return {
    ...wrapped,
    fail: (method, error, { times = Number.POSITIVE_INFINITY, when = 'before' } = {}) => {
      planned.set(method, { error, left: times, when })
    },
    failAll: error => {
      everywhere = error
    },
    heal: () => {
      planned.clear()
      everywhere = undefined
    },
    intercept: listener => {
      intercepted = listener
    },
  }
}
