import type { ServiceStatus } from '@parcela/core'
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'

export const toStatus = (row: Selectable<Schema['service_status']>): ServiceStatus => ({
  status: row.status,
  status_reason: row.status_reason,
  generation: row.generation,
  serving_release_id: row.serving_release_id,
  warnings: row.warnings,
  attempts: row.attempts,
  retry_at: row.retry_at,
  updated_at: row.updated_at,
})
