import { AppError } from '@parcela/contract'
import type { Route } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import { toRouteRow } from './route-row.ts'

/** Writes where a host leads. `conflict` with reason `host_taken` while it is the route of another service. */
export const recordRoute = async (db: Queryable, route: Route): Promise<void> => {
  const row = toRouteRow(route)
  const written = await db
    .insertInto('routes')
    .values(row)
    .onConflict(conflict => conflict.column('host').doUpdateSet(row).where('routes.service_id', '=', route.service_id))
    .returning('host')
    .executeTakeFirst()
  if (written) return
  throw new AppError('conflict', `${route.host} is the route of another service.`, {
    details: { reason: 'host_taken' },
  })
}
