import { isDeepStrictEqual } from 'node:util'
import { deriveStatus, type ServiceId, type ServiceStatus } from '@parcela/core'
import { lockService } from '../database/lock-service.ts'
import type { Queryable } from '../database/open-database.ts'
import { serviceNotFound } from '../desired/not-found.ts'
import { appendEvent } from '../events/append-event.ts'
import { toStatus } from './status-row.ts'

/**
 * Writes the status, and an event when a person would be told something else than before. A status of an older generation than the wanted one is
 * kept, but people keep being told what follows from the newer one.
 */
export const recordStatus = async (
  trx: Queryable,
  { id, status }: { id: ServiceId; status: ServiceStatus },
): Promise<void> => {
  await lockService(trx, id)
  const spec = await trx
    .selectFrom('services')
    .select(['generation', 'power', 'release_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!spec) throw serviceNotFound()
  const before = await trx.selectFrom('service_status').selectAll().where('service_id', '=', id).executeTakeFirst()

  const row = {
    ...status,
    status_reason: JSON.stringify(status.status_reason),
    warnings: JSON.stringify(status.warnings),
  }
  await trx
    .insertInto('service_status')
    .values({ service_id: id, ...row })
    .onConflict(conflict => conflict.column('service_id').doUpdateSet(row))
    .execute()

  const now = deriveStatus(spec, status)
  // The event says that there is something new; warnings are read with the service.
  const isOld = before && isDeepStrictEqual(whatIsShown(deriveStatus(spec, toStatus(before))), whatIsShown(now))
  if (!isOld) await appendEvent(trx, id, { type: 'status', ...whatIsTold(now), release_id: spec.release_id })
}

const whatIsShown = (status: ServiceStatus) => ({ ...whatIsTold(status), warnings: status.warnings })

const whatIsTold = (status: ServiceStatus) => ({
  status: status.status,
  status_reason: status.status_reason,
  serving_release_id: status.serving_release_id,
  generation: status.generation,
})
