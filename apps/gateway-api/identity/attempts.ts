import { AppError } from '@parcela/contract'
import type { Clock } from '@parcela/core'

export type Attempts = {
  /** Throws `busy` while the account has had too many wrong passwords. */
  requireRoom(email: string): void
  /** Counts a wrong password. */
  record(email: string): void
}

const limit = 30
const windowMs = 10 * 60_000
const accountsKept = 10_000

/** Slows down who guesses the password of one account, from however many addresses. */
export const createAttempts = ({ clock }: { clock: Clock }): Attempts => {
  const windows = new Map<string, { count: number; endsMs: number }>()
  const current = (email: string) => {
    const window = windows.get(email)
    return window && clock.now().getTime() < window.endsMs ? window : undefined
  }
  return {
    requireRoom: email => {
      const window = current(email)
      if (!window || window.count < limit) return
      const seconds = Math.ceil((window.endsMs - clock.now().getTime()) / 1000)
      throw new AppError('busy', `Too many wrong passwords for this account. Try again in ${seconds} seconds.`, {
        details: { retry_after_s: seconds },
      })
    },
    record: email => {
      const count = (current(email)?.count ?? 0) + 1
      const endsMs = current(email)?.endsMs ?? clock.now().getTime() + windowMs
      windows.delete(email)
      windows.set(email, { count, endsMs })
      const oldest = windows.keys().next().value
      if (windows.size > accountsKept && oldest !== undefined) windows.delete(oldest)
    },
  }
}
