import type { DomainStatus } from '@parcela/core'
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'

export const toDomainStatus = (row: Selectable<Schema['domain_status']>): DomainStatus => ({
  service_id: row.service_id,
  name: row.name,
  status: row.status,
  status_reason: row.status_reason,
  verified_at: row.verified_at,
  checked_at: row.checked_at,
  next_check_at: row.next_check_at,
  attempts: row.attempts,
})
