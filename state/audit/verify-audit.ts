import { type AuditCheck, type AuditRow, auditGenesis } from '@parcela/core'
import type { Transaction } from 'kysely'
import type { Database } from '../database/open-database.ts'
import type { Schema } from '../database/schema.ts'
import { hashOf, toAuditRow } from './audit-row.ts'

type Reader = Transaction<Schema>
type Place = { seq: number; hash: string }

const pageRows = 2_000
/** What the row that signs a checkpoint off is called. */
export const pruned = 'audit.pruned'

/** Recomputes the chain in one snapshot of the table, so that rows added or removed meanwhile do not matter. */
export async function* verifyAudit(
  { db }: Pick<Database, 'db'>,
  { noted }: { noted?: Place | undefined } = {},
): AsyncGenerator<AuditCheck> {
  const trx = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute()
  try {
    yield* verifyRows(trx, noted)
  } finally {
    await trx.rollback().execute()
  }
}

async function* verifyRows(trx: Reader, noted: Place | undefined): AsyncGenerator<AuditCheck> {
  const checkpoint = await findCheckpoint(trx)
  let expected = checkpoint ?? { seq: 0, hash: auditGenesis }
  let rows = 0
  let isSignedOff = checkpoint === undefined
  for (;;) {
    const page = await readPage(trx, rows === 0 ? 0 : expected.seq)
    for (const row of page) {
      const message = findProblem(row, expected) ?? (noted && findRewriting(row, noted))
      if (message)
        return yield { rows, head: headOf(rows, expected), problem: { seq: row.seq, message }, is_complete: true }
      if (checkpoint && signsOff(row, checkpoint)) isSignedOff = true
      expected = row
      rows += 1
    }
    if (page.length < pageRows) break
    yield { rows, head: headOf(rows, expected), problem: null, is_complete: false }
  }
  yield { rows, head: headOf(rows, expected), problem: findMissing(), is_complete: true }

  function findMissing(): AuditCheck['problem'] {
    if (!isSignedOff) return { seq: checkpoint?.seq ?? 0, message: unsigned }
    if (noted && noted.seq > expected.seq)
      return { seq: noted.seq, message: `The trail ends at row ${expected.seq}: newer rows were removed.` }
    return null
  }
}

const headOf = (rows: number, { seq, hash }: Place): AuditCheck['head'] => (rows === 0 ? null : { seq, hash })

const findProblem = (row: AuditRow, expected: Place): string | undefined => {
  if (row.seq !== expected.seq + 1)
    return `Row ${expected.seq + 1} is missing: it was removed, or rows were put before it.`
  if (row.previous !== expected.hash) return 'The row is not bound to the row before it: one of the two was replaced.'
  const { hash, ...rest } = row
  if (hash !== hashOf(rest)) return 'The row was changed after it was written.'
  return undefined
}

const findRewriting = ({ seq, hash }: AuditRow, noted: Place): string | undefined =>
  seq === noted.seq && hash !== noted.hash
    ? 'The row is another one than was noted down: the trail was written anew.'
    : undefined

const unsigned = 'The oldest rows were removed, and no row says that this installation did it.'

/** The row that removal by age leaves names the last removed row, and whoever did it by other means has none. */
const signsOff = ({ action, through, after }: AuditRow, checkpoint: Place): boolean =>
  action === pruned && through === 'system' && after?.last_seq === checkpoint.seq && after.last_hash === checkpoint.hash

const findCheckpoint = async (trx: Reader): Promise<Place | undefined> => {
  const newest = await trx
    .selectFrom('audit_checkpoints')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest && { seq: Number(newest.seq), hash: newest.hash }
}

const readPage = async (trx: Reader, after: number): Promise<AuditRow[]> => {
  const found = await trx
    .selectFrom('audit')
    .selectAll()
    .where('seq', '>', String(after))
    .orderBy('seq')
    .limit(pageRows)
    .execute()
  return found.map(toAuditRow)
}
