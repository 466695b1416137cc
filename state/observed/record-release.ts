import type { ReleaseStatus, StatusReason } from '@parcela/contract'
import type { ReleaseId, ServiceId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { releaseNotFound } from '../desired/not-found.ts'

type Outcome = { id: ReleaseId; status: ReleaseStatus; status_reason: StatusReason | null; now: Date }

/** Writes what became of a release. When one goes live, the one that was is retired, and the first time it did is kept. */
export const recordRelease = async (trx: Queryable, { id, status, status_reason, now }: Outcome): Promise<void> => {
  if (status === 'live') {
    // First: the index allows one live release of a service at any moment.
    await sql`
      update releases set status = 'retired' where status = 'live' and id <> ${id}
        and service_id = (select service_id from releases where id = ${id})
    `.execute(trx)
  }
  const written = await sql<{ id: string }>`
    update releases set
      status = ${status},
      status_reason = ${status_reason && JSON.stringify(status_reason)}::jsonb,
      live_at = case when ${status} = 'live' then coalesce(live_at, ${now}::timestamptz) else live_at end
    where id = ${id} returning id
  `.execute(trx)
  if (written.rows.length === 0) throw releaseNotFound()
}

/**
 * What is queued or building besides this release will never be served; one that was live before can still be returned to. The one that is asked
 * for by now is left alone: it may have been published a moment ago.
 */
export const supersedeReleases = async (db: Queryable, serviceId: ServiceId, but: ReleaseId): Promise<void> => {
  await sql`
    update releases set status = case when live_at is null then 'superseded' else 'retired' end
    where service_id = ${serviceId} and id <> ${but} and status in ('queued', 'building')
      and id is distinct from (select release_id from services where id = ${serviceId})
  `.execute(db)
}
