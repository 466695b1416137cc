import type { ServiceId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/**
 * Removes the service's oldest releases beyond what its team may keep: never the one that is asked for, the one that visitors get, or one that is
 * being worked on. Contents that nothing refers to any more go with the next clean-up. The transaction must hold the service's lock.
 */
export const trimReleases = async (trx: Queryable, serviceId: ServiceId, kept: number | null): Promise<void> => {
  if (kept === null) return
  await sql`
    delete from releases where id in (
      select r.id from releases r
        join services s on s.id = r.service_id
        join service_status t on t.service_id = r.service_id
      where r.service_id = ${serviceId}
        and r.number <= (select max(number) from releases where service_id = ${serviceId}) - ${kept}::int
        and r.status not in ('live', 'building')
        and r.id is distinct from s.release_id and r.id is distinct from t.serving_release_id
    )
  `.execute(trx)
}
