import { type Approval, createId, type PersonId, type Resources, type ServiceId } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'

type Question = {
  service_id: ServiceId
  kind: Approval['kind']
  asked: Resources
  current: Resources | null
  over: string[]
  requested_by: PersonId
  now: Date
  random: Random
}

/** Writes down that somebody must decide. The transaction must hold the service's lock; an earlier question about it was withdrawn. */
export const writeApproval = async (trx: Queryable, question: Question): Promise<void> => {
  const { service_id, kind, asked, current, over, requested_by, now, random } = question
  await trx
    .insertInto('approvals')
    .values({
      id: createId('apr', now.getTime(), random(16)),
      service_id,
      kind,
      status: 'pending',
      ...asked,
      current: current && JSON.stringify(current),
      over_threshold: over,
      requested_by,
      requested_at: now,
    })
    .execute()
}

/** What waited for an answer does so no more: something else is asked for, or nothing at all. What was reserved for it is free. */
export const withdrawApproval = async (trx: Queryable, serviceId: ServiceId): Promise<void> => {
  await trx
    .updateTable('approvals')
    .set({ status: 'withdrawn' })
    .where('service_id', '=', serviceId)
    .where('status', '=', 'pending')
    .execute()
  await trx
    .updateTable('services')
    .set({ ...nothingReserved, approval_reason: null })
    .where('id', '=', serviceId)
    .where('approval', 'is', null)
    .execute()
}

export const nothingReserved = { reserved_storage_gb: 0, reserved_ram_mb: 0, reserved_cpus: 0 }
