import type { Service } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { appendEvent } from '../events/append-event.ts'

/** Tells everybody of a change that this transaction wrote: an event for people, a wake-up for the reconciler, a notice for running work. */
export const announceChange = async (trx: Queryable, service: Service): Promise<void> => {
  const { id, generation, release_id, observed } = service
  await appendEvent(trx, id, {
    type: 'status',
    status: observed.status,
    status_reason: observed.status_reason,
    release_id,
    serving_release_id: observed.serving_release_id,
    generation,
  })
  await sql`
    select wake_service(${id}, null), pg_notify('parcela_desired', ${JSON.stringify({ id, generation })})
  `.execute(trx)
}
