import { type AuditEntry, type AuditRow, auditGenesis } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { chainEntry, toColumns } from './audit-row.ts'

/** Of PostgreSQL's 65,535 parameters a statement, 20 for each row. */
const rowsAtOnce = 1_000

/** Adds the entries behind the newest row. Whoever writes waits for the writer before, until the end of its transaction. */
export const appendEntries = async (trx: Queryable, entries: readonly AuditEntry[]): Promise<void> => {
  await lockAudit(trx)
  let head = await findHead(trx)
  const rows: AuditRow[] = []
  for (const entry of entries) {
    const row = chainEntry(entry, head)
    rows.push(row)
    head = row
  }
  for (let first = 0; first < rows.length; first += rowsAtOnce) {
    const part = rows.slice(first, first + rowsAtOnce)
    await trx.insertInto('audit').values(part.map(toColumns)).execute()
  }
}

/** The head of the chain belongs to one transaction at a time. A statement of its own: the next one sees what the writer before committed. */
export const lockAudit = async (trx: Queryable): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('audit', 0))`.execute(trx)
}

const findHead = async (trx: Queryable): Promise<{ seq: number; hash: string }> => {
  const newest = await trx
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest ? { seq: Number(newest.seq), hash: newest.hash } : { seq: 0, hash: auditGenesis }
}
