import { AppError } from '@parcela/contract'
import type { Clock } from '@parcela/core'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'
import { appendEntries, lockAudit } from './append-entries.ts'
import { pruned } from './verify-audit.ts'

const shortest = 30

/** Removes the rows beyond the age and signs the checkpoint off, in one transaction: the trail verifies before it and after it. */
export const pruneAudit = async (
  { database, clock }: { database: Database; clock: Clock },
  days: number,
): Promise<{ removed: number }> => {
  if (!Number.isInteger(days) || days < shortest)
    throw new AppError('invalid', `The audit trail keeps at least ${shortest} days.`)
  return database.db.transaction().execute(async trx => {
    await lockAudit(trx)
    const { rows } = await sql<{ removed: string; last_seq: string | null; last_hash: string | null }>`
      select removed, last_seq, last_hash from prune_audit(${days}::integer)
    `.execute(trx)
    const removed = Number(rows[0]?.removed ?? 0)
    if (removed === 0) return { removed }
    const after = { removed, days, last_seq: Number(rows[0]?.last_seq), last_hash: rows[0]?.last_hash }
    await appendEntries(trx, [{ ...systemEntry, at: clock.now(), action: pruned, after }])
    return { removed }
  })
}

const systemEntry = {
  actor: null,
  through: 'system',
  through_id: null,
  address: null,
  user_agent: null,
  request_id: null,
  object_type: 'audit',
  object_id: null,
  team_id: null,
  outcome: 'done',
  status: null,
  error_code: null,
  before: null,
} as const
