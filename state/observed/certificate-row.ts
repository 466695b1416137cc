import type { CertificateAttempt, CertificateFacts } from '@parcela/core'
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'

/** The condition that a row's names have one in common with these. */
export const sharesName = (names: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`names && ${[...names]}::text[]`

export const toCertificate = (row: Selectable<Schema['certificates']>): CertificateFacts => ({
  names: row.names,
  not_before: row.not_before,
  not_after: row.not_after,
  serial: row.serial,
  warned_at: row.warned_at,
})

export const toAttempt = (row: Selectable<Schema['certificate_attempts']>): CertificateAttempt => ({
  names: row.names,
  outcome: row.outcome,
  is_failed_validation: row.is_failed_validation,
  retry_after: row.retry_after,
  reason: row.reason,
  at: row.at,
})
