import type { ServiceId } from '@parcela/core'
import { sql } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Queryable } from '../database/open-database.ts'
import { eventsChannel } from '../events/append-event.ts'

/**
 * How long the name of a service that domains were asked for is kept back from other teams: long enough for their owners to notice that the site is gone, and to
 * take back the CNAME that would prove their domain to the next holder of the name.
 */
const keptNameDays = 30
const dayMs = 24 * 3600 * 1000

/**
 * Ends a deletion: the name and the custom domains are free from here on, and those who follow the service's events are told that it is over.
 * With `files`, or when the owner asked for it, every row of the service goes, and the digests that it referred to are answered.
 */
export const completeDeletion = async (
  trx: Queryable,
  { id, files, now }: { id: ServiceId; files: boolean; now: Date },
): Promise<string[]> => {
  await lockService(trx, id)
  await trx.deleteFrom('routes').where('service_id', '=', id).execute()
  await trx.deleteFrom('port_leases').where('service_id', '=', id).execute()
  await keepNameFor(trx, { id, until: new Date(now.getTime() + keptNameDays * dayMs) })
  // Only what was asked to be deleted: a late call for something else must not take a living service away.
  const service = await trx
    .updateTable('services')
    .set(({ fn, val }) => ({ gone_at: fn.coalesce('gone_at', val(now)) }))
    .where('id', '=', id)
    .where('power', '=', 'deleted')
    .returning('purge')
    .executeTakeFirst()
  if (!service) return []
  await trx.deleteFrom('domains').where('service_id', '=', id).execute()
  await sql`select pg_notify(${eventsChannel}, ${id} || ' 0')`.execute(trx)
  return files || service.purge ? purge(trx, id) : []
}

/** Once, at the moment when the name becomes free; whether domains were asked for was noted as they were (`keepName`). */
const keepNameFor = async (trx: Queryable, { id, until }: { id: ServiceId; until: Date }): Promise<void> => {
  await sql`
    update kept_names set team_id = services.team_id, until = ${until} from services
    where services.id = ${id} and services.name = kept_names.name and services.gone_at is null and services.power = 'deleted'
  `.execute(trx)
}

const purge = async (trx: Queryable, id: ServiceId): Promise<string[]> => {
  const rows = await trx
    .selectFrom('release_files')
    .innerJoin('releases', 'releases.id', 'release_files.release_id')
    .select('release_files.sha256')
    .distinct()
    .where('releases.service_id', '=', id)
    .execute()
  // Everything that hangs from the service goes with it.
  await trx.deleteFrom('services').where('id', '=', id).execute()
  return rows.map(row => row.sha256)
}
