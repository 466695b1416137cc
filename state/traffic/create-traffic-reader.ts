import type { ServiceId, TrafficFigures, TrafficReader } from '@parcela/core'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { getService } from '../desired/read-services.ts'

type Row = { at: Date; requests: number[]; bytes: string; latencies: number[] }

/** What owners see of their visitors. */
export const createTrafficReader = ({ database: { db } }: { database: Database }): TrafficReader =>
  translateFailures<TrafficReader>({
    readTraffic: async (scope, serviceId, span) => {
      const { id } = await getService(db, scope, { id: serviceId })
      const { rows } = await (span.stepSeconds === 60 ? selectMinutes(id, span) : selectHours(id, span)).execute(db)
      return rows.map(row => ({
        service_id: id,
        at: row.at,
        requests: row.requests as unknown as TrafficFigures['requests'],
        bytes: Number(row.bytes),
        latencies: row.latencies,
      }))
    },
  })

type Span = { from: Date; to: Date }

const selectMinutes = (id: ServiceId, { from, to }: Span) => sql<Row>`
  select minute as at, requests, bytes, latencies from traffic_minutes
  where service_id = ${id} and minute >= ${from} and minute < ${to} order by minute
`

/** Hours that were folded, and the minutes that were not yet. */
const selectHours = (id: ServiceId, { from, to }: Span) => sql<Row>`
  select at, sum_counts(requests) as requests, sum(bytes) as bytes, sum_counts(latencies) as latencies from (
    select hour as at, requests, bytes, latencies from traffic_hours where service_id = ${id}
    union all
    select date_bin('1 hour', minute, timestamptz 'epoch'), requests, bytes, latencies from traffic_minutes where service_id = ${id}
  ) as figures
  where at >= ${from} and at < ${to} group by at order by at
`
