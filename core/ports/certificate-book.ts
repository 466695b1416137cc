import type { StatusReason } from '@parcela/contract'

/** One time that an authority was asked. */
export type CertificateAttempt = {
  names: readonly string[]
  outcome: 'issued' | 'failed'
  /** A validation that the authority carried out and that failed counts against its limits; an authority that was down does not. */
  is_failed_validation: boolean
  /** Where the authority said how long to wait. */
  retry_after: Date | null
  reason: StatusReason | null
  at: Date
}

/** What is known of one certificate; never its key. */
export type CertificateFacts = {
  names: readonly string[]
  not_before: Date
  not_after: Date
  serial: string
  /** When people were last told that it ends soon. */
  warned_at: Date | null
}

/** What was asked of authorities and what came of it, so that a restart forgets nothing. */
export interface CertificateBook {
  /** Of the last 168 hours, oldest first: every attempt whose names have one in common with these. */
  listAttempts(names: readonly string[], now: Date): Promise<CertificateAttempt[]>
  recordAttempt(attempt: CertificateAttempt): Promise<void>
  findCertificate(names: readonly string[]): Promise<CertificateFacts | undefined>
  recordCertificate(facts: CertificateFacts): Promise<void>
  forgetCertificate(names: readonly string[]): Promise<void>
  listCertificates(): Promise<CertificateFacts[]>
}
