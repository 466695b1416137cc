import { AppError, invalidFields, type StatusReason } from '@parcela/contract'
import type { Approval, ApprovalId, Approvals, Clock, PersonId, Resources, Service } from '@parcela/core'
import type { Updateable } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Schema } from '../database/schema.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { announceChange } from '../desired/announce-change.ts'
import { parseCursor, toCursor } from '../desired/cursor.ts'
import { getService } from '../desired/read-services.ts'
import { appendEvent } from '../events/append-event.ts'
import { approvalNotFound, selectApprovals, toApproval } from './read-approvals.ts'
import { takeNotices } from './take-notices.ts'
import { nothingReserved } from './write-approval.ts'

type Dependencies = { database: Database; clock: Clock }

/** Deciding about requests above a plan's threshold, in PostgreSQL: one transaction writes the decision and what follows from it. */
export const createApprovals = ({ database, clock }: Dependencies): Approvals => {
  const { db } = database
  return translateFailures<Approvals>({
    listApprovals: ({ status }, page) =>
      listPage(
        selectApprovals(db, 'every-team').$if(status !== undefined, query =>
          query.where('approvals.status', '=', status as Approval['status']),
        ),
        page,
      ),
    listServiceApprovals: async (scope, serviceId, page) => {
      const { id } = await getService(db, scope, { id: serviceId })
      return listPage(selectApprovals(db, scope).where('approvals.service_id', '=', id), page)
    },
    approve: (id, { by, given }) =>
      decide(database, id, async (trx, approval, service) => {
        const resources = { ...approval.asked, ...given }
        checkGiven(approval.asked, resources, service)
        const now = clock.now()
        await writeDecision(trx, approval, { status: 'approved', given: resources, by, now })
        const change = { ...resources, ...nothingReserved, approval: null, approval_reason: null }
        await announceChange(trx, await writeService(trx, service, { change, now }))
      }),
    refuse: (id, { by, reason }) =>
      decide(database, id, async (trx, approval, service) => {
        const now = clock.now()
        await writeDecision(trx, approval, { status: 'refused', reason, by, now })
        const change =
          approval.kind === 'create'
            ? { approval: 'refused' as const, approval_reason: reason, node_id: null }
            : { ...nothingReserved, approval_reason: null }
        const after = await writeService(trx, service, { change, now })
        if (approval.kind === 'create') await announceChange(trx, after)
        else await tellRefusedChange(trx, after, reason)
      }),
    takeNotices: () => takeNotices(database, clock.now()),
  })
}

/** One decision about one pending question; the lock of its service is held, as for every other change of it. */
const decide = (
  { db }: Database,
  id: string,
  write: (trx: Queryable, approval: Approval, service: Service) => Promise<void>,
): Promise<Approval> =>
  db.transaction().execute(async trx => {
    const { service_id } = await getApproval(trx, id)
    await lockService(trx, service_id)
    const approval = await getApproval(trx, id)
    if (approval.status !== 'pending') throw alreadyDecided(approval)
    await write(trx, approval, await getService(trx, 'every-team', { id: service_id }))
    return getApproval(trx, id)
  })

const alreadyDecided = ({ status }: Approval): AppError =>
  new AppError('conflict', `This request is ${status} already.`, { details: { reason: 'already_decided', status } })

const getApproval = async (db: Queryable, id: string): Promise<Approval> => {
  const row = await selectApprovals(db, 'every-team')
    .where('approvals.id', '=', id as ApprovalId)
    .executeTakeFirst()
  if (!row) throw approvalNotFound()
  return toApproval(row)
}

const checkGiven = (asked: Resources, given: Resources, service: Service): void => {
  const fields: Record<string, string> = {}
  for (const [name, most] of Object.entries(asked) as [keyof Resources, number][]) {
    if (given[name] > most) fields[name] = `is more than the ${most} that were asked for`
  }
  if ((service.release?.files_bytes ?? 0) > given.storage_gb * 2 ** 30) {
    fields.storage_gb = 'is less than the published files need'
  }
  if (Object.keys(fields).length > 0) throw invalidFields(fields)
}

type Decision = { by: PersonId; now: Date } & (
  | { status: 'approved'; given: Resources }
  | { status: 'refused'; reason: string }
)

const writeDecision = async (trx: Queryable, { id }: Approval, decision: Decision): Promise<void> => {
  const { by, now, ...rest } = decision
  await trx
    .updateTable('approvals')
    .set({
      decided_by: by,
      decided_at: now,
      status: rest.status,
      ...(rest.status === 'approved' ? { given: JSON.stringify(rest.given) } : { reason: rest.reason }),
    })
    .where('id', '=', id as ApprovalId)
    .execute()
}

const writeService = async (
  trx: Queryable,
  { id, team_id, generation }: Service,
  { change, now }: { change: Updateable<Schema['services']>; now: Date },
): Promise<Service> => {
  await trx
    .updateTable('services')
    .set({ ...change, generation: generation + 1, updated_at: now })
    .where('id', '=', id)
    .execute()
  return getService(trx, [team_id], { id })
}

/** What runs is told nothing of it: nothing was changed. People are. */
const tellRefusedChange = async (trx: Queryable, service: Service, said: string): Promise<void> => {
  const status_reason: StatusReason = {
    code: 'rejected',
    message: `An administrator refused the change that was asked for: ${said} Everything stays as it is.`,
    step: null,
    reason: 'change_refused',
    values: { said },
  }
  await announceChange(trx, service)
  await appendEvent(trx, service.id, { ...statusEventOf(service), status_reason })
}

const statusEventOf = ({ observed, release_id, generation }: Service) => ({
  type: 'status' as const,
  status: observed.status,
  release_id,
  serving_release_id: observed.serving_release_id,
  generation,
})

const listPage = async (
  query: ReturnType<typeof selectApprovals>,
  { limit, cursor }: { limit: number; cursor: string | undefined },
) => {
  const rows = await query
    .$if(cursor !== undefined, narrowed =>
      narrowed.where('approvals.id', '<', parseCursor(cursor ?? '', /^apr_[0-9a-z]+$/) as ApprovalId),
    )
    .orderBy('approvals.id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(toApproval)
  const last = items.at(-1)
  return { items, next: last && rows.length > limit ? toCursor(last.id) : null }
}
