import type { Clock, ObservedState } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { completeDeletion } from './complete-deletion.ts'
import { recordRelease, supersedeReleases } from './record-release.ts'
import { recordStatus } from './record-status.ts'
import { toRoute, toRouteRow } from './route-row.ts'
import { toStatus } from './status-row.ts'

const dayMs = 86_400_000

/** What is true, in PostgreSQL. */
export const createObservedState = ({ database, clock }: { database: Database; clock: Clock }): ObservedState => {
  const { db } = database
  return translateFailures<ObservedState>({
    findStatus: async id => {
      const row = await db.selectFrom('service_status').selectAll().where('service_id', '=', id).executeTakeFirst()
      return row && toStatus(row)
    },
    listStatuses: async () => {
      const rows = await db
        .selectFrom('service_status')
        .innerJoin('services', 'services.id', 'service_status.service_id')
        .selectAll('service_status')
        .where('services.gone_at', 'is', null)
        .execute()
      return new Map(rows.map(row => [row.service_id, toStatus(row)]))
    },
    recordStatus: (id, status) =>
      db.transaction().execute(trx => recordStatus(trx, { id, status: { ...status, updated_at: clock.now() } })),
    recordRelease: (id, status, status_reason) =>
      db.transaction().execute(trx => recordRelease(trx, { id, status, status_reason, now: clock.now() })),
    supersedeReleases: (serviceId, but) => supersedeReleases(db, serviceId, but),

    listRoutes: async () => (await db.selectFrom('routes').selectAll().orderBy('host').execute()).map(toRoute),
    findRoute: async serviceId => {
      const row = await db.selectFrom('routes').selectAll().where('service_id', '=', serviceId).executeTakeFirst()
      return row && toRoute(row)
    },
    recordRoute: async route => {
      const row = toRouteRow(route)
      await db
        .insertInto('routes')
        .values(row)
        .onConflict(conflict => conflict.column('service_id').doUpdateSet(row))
        .execute()
    },
    forgetRoute: async serviceId => {
      await db.deleteFrom('routes').where('service_id', '=', serviceId).execute()
    },

    completeDeletion: (id, { files }) =>
      db.transaction().execute(trx => completeDeletion(trx, { id, files, now: clock.now() })),
    listExpired: async (now, retentionDays) => {
      const rows = await db
        .selectFrom('services')
        .select('id')
        .where('gone_at', 'is not', null)
        .where(({ eb, or }) =>
          or([eb('purge', '=', true), eb('deleted_at', '<', new Date(now.getTime() - retentionDays * dayMs))]),
        )
        .orderBy('id')
        .execute()
      return rows.map(row => row.id)
    },
  })
}
