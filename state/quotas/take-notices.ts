import type { Approval, ApprovalId, ApprovalNotice } from '@parcela/core'
import { sql } from 'kysely'
import type { Database, Queryable } from '../database/open-database.ts'
import { selectApprovals, toApproval } from './read-approvals.ts'

const dayMs = 86_400_000

/** Takes what nobody was told yet, each for one caller only. What was decided more than a day ago is no news. */
export const takeNotices = ({ db }: Database, now: Date): Promise<ApprovalNotice[]> =>
  db.transaction().execute(async trx => {
    const asked = await sql<{ id: ApprovalId }>`
      update approvals set asked_told_at = ${now} where status = 'pending' and asked_told_at is null returning id
    `.execute(trx)
    const decided = await sql<{ id: ApprovalId; is_news: boolean }>`
      update approvals set decided_told_at = ${now} where decided_at is not null and decided_told_at is null
      returning id, decided_at > ${new Date(now.getTime() - dayMs)} as is_news
    `.execute(trx)
    const news = decided.rows.filter(({ is_news }) => is_news)
    const waiting = await readApprovals(trx, asked.rows)
    const approvers = waiting.length > 0 ? await readApprovers(trx) : []
    const notices: ApprovalNotice[] = waiting.map(approval => ({ kind: 'asked', approval, to: approvers }))
    for (const approval of await readApprovals(trx, news)) {
      notices.push({ kind: 'decided', approval, to: await readRequester(trx, approval) })
    }
    return notices
  })

const readApprovals = async (trx: Queryable, rows: readonly { id: ApprovalId }[]): Promise<Approval[]> => {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const found = await selectApprovals(trx, 'every-team')
    .where('approvals.id', 'in', ids)
    .orderBy('approvals.id')
    .execute()
  return found.map(toApproval)
}

const selectAddressees = (trx: Queryable) =>
  trx
    .selectFrom('people')
    .select(['email', 'name', 'language'])
    .where('email', 'is not', null)
    .where('disabled_at', 'is', null)
    .$narrowType<{ email: string }>()

/** Administrators who can sign in. */
const readApprovers = (trx: Queryable) =>
  selectAddressees(trx)
    .where('is_administrator', '=', true)
    .where('account_id', 'is not', null)
    .orderBy('people.id')
    .execute()

const readRequester = (trx: Queryable, { requested_by }: Approval) =>
  selectAddressees(trx).where('people.id', '=', requested_by.id).execute()
