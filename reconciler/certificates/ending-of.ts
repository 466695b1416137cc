import type { CertificateBook, CertificateFacts, Clock, IssuedCertificate } from '@parcela/core'
import type { Log } from '@parcela/kit'

/** A certificate that should have been renewed long ago and was not. */
export type Ending = { names: readonly string[]; not_after: Date; days_left: number }

const dayMs = 86_400_000
/** Of its life; renewal begins with a third left. */
const warnedShare = 1 / 5

/**
 * Says that a certificate ends soon, in words that change once a day: what is told then is written into the log, and becomes an event where it
 * is part of a status.
 */
export const endingOf = async (
  { certificateBook, clock, log }: { certificateBook: CertificateBook; clock: Clock; log: Log },
  { names, not_before, not_after, serial }: IssuedCertificate,
): Promise<Ending | null> => {
  const now = clock.now()
  const lifeMs = not_after.getTime() - not_before.getTime()
  if (not_after.getTime() - now.getTime() > lifeMs * warnedShare) return null
  const known = await certificateBook.findCertificate(names)
  const warned = lastWarning(known, now)
  if (warned) return { names, not_after, days_left: daysBetween(warned, not_after) }

  const ending = { names, not_after, days_left: daysBetween(now, not_after) }
  await certificateBook.recordCertificate({ names, not_before, not_after, serial, warned_at: now })
  log.warn({ ...ending }, `the certificate of ${names.join(', ')} ends soon and could not be renewed`)
  return ending
}

const lastWarning = (known: CertificateFacts | undefined, now: Date): Date | undefined =>
  known?.warned_at && now.getTime() - known.warned_at.getTime() < dayMs ? known.warned_at : undefined

const daysBetween = (from: Date, to: Date): number => Math.max(0, Math.floor((to.getTime() - from.getTime()) / dayMs))

/** For people; `why` is the reason of the last attempt. */
export const describeEnding = ({ names, not_after, days_left }: Ending, why: string | null): string => {
  const when = `${not_after.toISOString().slice(0, 10)}, in ${days_left} ${days_left === 1 ? 'day' : 'days'}`
  return `The certificate of ${names.join(', ')} ends on ${when}, and could not be renewed${why ? `: ${why}` : '.'}`
}
