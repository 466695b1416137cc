import type { CertificateAttempt, CertificateBook, Clock, IssuedCertificate } from '@parcela/core'

type Ports = { certificateBook: CertificateBook; clock: Clock }

/** Writes down what is stored. The book follows the file: what a crash kept from it is added, so that no limit is exceeded for it later. */
export const bookCertificate = async ({ certificateBook, clock }: Ports, issued: IssuedCertificate): Promise<void> => {
  const { names, not_before, not_after, serial } = issued
  if ((await certificateBook.findCertificate(names))?.serial === serial) return
  const attempts = await certificateBook.listAttempts(names, clock.now())
  const isKnown = attempts.some(({ outcome, at }) => outcome === 'issued' && at >= not_before)
  if (!isKnown) await certificateBook.recordAttempt(issuedAttempt(names, not_before))
  await certificateBook.recordCertificate({ names, not_before, not_after, serial, warned_at: null })
}

export const issuedAttempt = (names: readonly string[], at: Date): CertificateAttempt => ({
  names,
  outcome: 'issued',
  is_failed_validation: false,
  retry_after: null,
  reason: null,
  at,
})
