import type { ServiceEvent } from '@parcela/contract'
import type { ServiceId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/** The channel that tells of new events: `<service id> <event id>`. */
export const eventsChannel = 'parcela_events'

/** Events kept for each service; who was away for longer reads the service itself. */
const kept = 500
const trimEvery = 50

/** Writes an event into the outbox and rings for its listeners. The transaction must hold the service's lock: ids have to rise as they are committed. */
export const appendEvent = async (trx: Queryable, serviceId: ServiceId, event: ServiceEvent): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    with written as (
      insert into events (service_id, event) values (${serviceId}, ${JSON.stringify(event)}::jsonb) returning id
    )
    select id, pg_notify(${eventsChannel}, ${serviceId} || ' ' || id) from written
  `.execute(trx)
  if (Number(rows[0]?.id) % trimEvery === 0) await trimEvents(trx, serviceId)
}

const trimEvents = async (trx: Queryable, serviceId: ServiceId): Promise<void> => {
  await sql`
    delete from events where service_id = ${serviceId} and id <= (
      select id from events where service_id = ${serviceId} order by id desc offset ${kept} limit 1
    )
  `.execute(trx)
}
