import type { Clock, TrafficFigures, TrafficRecorder } from '@parcela/core'
import { sql } from 'kysely'
import type { Database, Queryable } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'

const dayMs = 86_400_000
const minutesKeptMs = 2 * dayMs
const hoursKeptMs = 90 * dayMs

/** The figures of visits, in PostgreSQL. Those of several edges for one service and minute are added up. */
export const createTrafficRecorder = ({ database, clock }: { database: Database; clock: Clock }): TrafficRecorder => {
  const { db } = database
  return translateFailures<TrafficRecorder>({
    findPosition: async edge => {
      const row = await db
        .selectFrom('traffic_positions')
        .select('position')
        .where('edge', '=', edge)
        .executeTakeFirst()
      return row?.position ?? null
    },
    record: (edge, position, figures) =>
      db.transaction().execute(async trx => {
        // First: two readers of one edge's log wait for each other here.
        const row = { edge, position, updated_at: clock.now() }
        await trx
          .insertInto('traffic_positions')
          .values(row)
          .onConflict(conflict => conflict.column('edge').doUpdateSet(row))
          .execute()
        await addMinutes(trx, figures)
      }),
    compact: now =>
      db.transaction().execute(async trx => {
        await foldMinutes(trx, new Date(now.getTime() - minutesKeptMs))
        await trx
          .deleteFrom('traffic_hours')
          .where('hour', '<', new Date(now.getTime() - hoursKeptMs))
          .execute()
      }),
  })
}

/** In the order of the key, so that two edges never wait for each other in a circle. The share locks keep services from being purged meanwhile. */
const addMinutes = async (trx: Queryable, figures: readonly TrafficFigures[]): Promise<void> => {
  if (figures.length === 0) return
  await sql`
    with present as materialized (
      select id from services where gone_at is null
        and id in (select service_id from jsonb_to_recordset(${JSON.stringify(figures)}::jsonb) as given (service_id text))
      order by id for key share
    )
    insert into traffic_minutes (service_id, minute, requests, bytes, latencies)
    select service_id, date_bin('1 minute', minute, timestamptz 'epoch'), sum_counts(requests), sum(bytes), sum_counts(latencies)
    from jsonb_to_recordset(${JSON.stringify(figures)}::jsonb)
      as given (service_id text, minute timestamptz, requests integer[], bytes bigint, latencies integer[])
    where service_id in (select id from present)
    group by 1, 2 order by 1, 2
    on conflict (service_id, minute) do update set
      requests = add_counts(traffic_minutes.requests, excluded.requests),
      bytes = traffic_minutes.bytes + excluded.bytes,
      latencies = add_counts(traffic_minutes.latencies, excluded.latencies)
  `.execute(trx)
}

/** Moves what is older into its hour; an hour may be folded in several parts. */
const foldMinutes = async (trx: Queryable, before: Date): Promise<void> => {
  await sql`
    with folded as (delete from traffic_minutes where minute < ${before} returning *)
    insert into traffic_hours (service_id, hour, requests, bytes, latencies)
    select service_id, date_bin('1 hour', minute, timestamptz 'epoch'), sum_counts(requests), sum(bytes), sum_counts(latencies)
    from folded group by 1, 2 order by 1, 2
    on conflict (service_id, hour) do update set
      requests = add_counts(traffic_hours.requests, excluded.requests),
      bytes = traffic_hours.bytes + excluded.bytes,
      latencies = add_counts(traffic_hours.latencies, excluded.latencies)
  `.execute(trx)
}
