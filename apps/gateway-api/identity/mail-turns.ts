import { AppError } from '@parcela/contract'
import type { Clock } from '@parcela/core'

export type MailTurns = {
  /** Counts a mail that somebody asks for to this address; throws `busy` after too many, whether there is such an account or not. */
  take(email: string | undefined): void
}

const limit = 5
const windowMs = 15 * 60_000
const addressesKept = 10_000

/** Keeps strangers from filling a mailbox: five mails in a quarter of an hour. */
export const createMailTurns = ({ clock }: { clock: Clock }): MailTurns => {
  const windows = new Map<string, { count: number; endsMs: number }>()
  return {
    take: email => {
      if (email === undefined) return
      const now = clock.now().getTime()
      const known = windows.get(email)
      const window = known && now < known.endsMs ? known : { count: 0, endsMs: now + windowMs }
      if (window.count >= limit) throw tooMany(window.endsMs - now)
      windows.delete(email)
      windows.set(email, { ...window, count: window.count + 1 })
      const oldest = windows.keys().next().value
      if (windows.size > addressesKept && oldest !== undefined) windows.delete(oldest)
    },
  }
}

const tooMany = (waitMs: number): AppError => {
  const seconds = Math.ceil(waitMs / 1000)
  return new AppError('busy', `Enough mail was sent to this address. Look there, or try again in ${seconds} seconds.`, {
    details: { retry_after_s: seconds },
  })
}
