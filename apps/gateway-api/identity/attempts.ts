import { AppError } from '@parcela/contract'
import type { Clock } from '@parcela/core'

/** Whose password is tried, and from where. */
export type Attempt = { email: string; address: string }

export type Attempts = {
  /** Throws `busy` while a password of the account may not be tried from there. */
  requireRoom(attempt: Attempt): void
  /** Counts a wrong password. */
  record(attempt: Attempt): void
  /** The password was right: that address waits for nothing any more. */
  forget(attempt: Attempt): void
}

/** From one address the pauses grow: 1, 2, 4 ... 300 seconds after the fifth wrong password. From all together there are 30 tries in ten minutes. */
const free = 5
const longestPauseMs = 300_000
const limit = 30
const windowMs = 10 * 60_000
const accountsKept = 10_000

/** Slows down who guesses passwords. Counted by the address as it was written, whether there is such an account or not. */
export const createAttempts = ({ clock }: { clock: Clock }): Attempts => {
  const accounts = createCounters(clock)
  const pairs = createCounters(clock)
  const pairOf = ({ email, address }: Attempt): string => `${address} ${email}`
  return {
    requireRoom: attempt => {
      const now = clock.now().getTime()
      const account = accounts.get(attempt.email)
      if (account && account.count >= limit) throw tooMany(account.startedMs + windowMs - now)
      const pair = pairs.get(pairOf(attempt))
      const waitMs = pair ? pair.lastMs + pauseAfter(pair.count) - now : 0
      if (waitMs > 0) throw tooMany(waitMs)
    },
    record: attempt => {
      accounts.add(attempt.email)
      pairs.add(pairOf(attempt))
    },
    forget: attempt => pairs.remove(pairOf(attempt)),
  }
}

const pauseAfter = (count: number): number => (count < free ? 0 : Math.min(1000 * 2 ** (count - free), longestPauseMs))

const tooMany = (waitMs: number): AppError => {
  const seconds = Math.ceil(waitMs / 1000)
  return new AppError('busy', `Too many wrong passwords for this account. Try again in ${seconds} seconds.`, {
    details: { retry_after_s: seconds },
  })
}

type Counter = { count: number; startedMs: number; lastMs: number }

/** Counts per name, each from its first count on for ten minutes; those that were counted longest ago are dropped first. */
const createCounters = (clock: Clock) => {
  const counters = new Map<string, Counter>()
  const get = (name: string): Counter | undefined => {
    const counter = counters.get(name)
    return counter && clock.now().getTime() < counter.startedMs + windowMs ? counter : undefined
  }
  return {
    get,
    add: (name: string): void => {
      const lastMs = clock.now().getTime()
      const { count, startedMs } = get(name) ?? { count: 0, startedMs: lastMs }
      counters.delete(name)
      counters.set(name, { count: count + 1, startedMs, lastMs })
      const oldest = counters.keys().next().value
      if (counters.size > accountsKept && oldest !== undefined) counters.delete(oldest)
    },
    remove: (name: string): void => {
      counters.delete(name)
    },
  }
}
