import { AppError } from '@parcela/contract'
import type { Caller } from '../callers/caller.ts'

/** What decides how somebody gets in is done by the person, at the page: a key that leaked must not make others or hide itself. */
export const requireSession = ({ by }: Caller): void => {
  if (by === 'session') return
  throw new AppError('forbidden', 'An API key may not do this. Sign in.', { details: { reason: 'session_needed' } })
}
