import type { Clock, ObservedState } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { findUnreferencedBlobs } from '../desired/find-unreferenced-blobs.ts'
import { completeDeletion } from './complete-deletion.ts'
import { toDomainStatus } from './domain-status-row.ts'
import { recordDomainStatus } from './record-domain-status.ts'
import { recordRelease, supersedeReleases } from './record-release.ts'
import { recordRoute } from './record-route.ts'
import { recordStatus } from './record-status.ts'
import { listRecords, replaceRecords } from './replace-records.ts'
import { toRoute } from './route-row.ts'
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
    listRoutesOf: async serviceId => {
      const rows = await db
        .selectFrom('routes')
        .selectAll()
        .where('service_id', '=', serviceId)
        .orderBy('host')
        .execute()
      return rows.map(toRoute)
    },
    recordRoute: route => recordRoute(db, route),
    forgetRoute: async host => {
      await db.deleteFrom('routes').where('host', '=', host).execute()
    },

    listDomainStatuses: async serviceId => {
      const rows = await db
        .selectFrom('domain_status')
        .selectAll()
        .where('service_id', '=', serviceId)
        .orderBy('name')
        .execute()
      return rows.map(toDomainStatus)
    },
    recordDomainStatus: status => db.transaction().execute(trx => recordDomainStatus(trx, status)),
    findDomainHolder: async name => {
      const row = await db
        .selectFrom('domain_status')
        .select('service_id')
        .where('name', '=', name)
        .where('verified_at', 'is not', null)
        .executeTakeFirst()
      return row?.service_id
    },
    listDueDomains: now =>
      db
        .selectFrom('domain_status')
        .innerJoin('services', 'services.id', 'domain_status.service_id')
        .select(['domain_status.service_id', 'domain_status.name'])
        .where('domain_status.next_check_at', '<=', now)
        .where('services.power', '<>', 'deleted')
        .orderBy('domain_status.next_check_at')
        .execute(),

    listRecords: () => listRecords(db),
    replaceRecords: records => db.transaction().execute(trx => replaceRecords(trx, records)),

    completeDeletion: async (id, { files }) => {
      const now = clock.now()
      const digests = await db.transaction().execute(trx => completeDeletion(trx, { id, files, now }))
      // After the commit: of two services that end at once and share a content, the later one must see that the other is gone.
      return findUnreferencedBlobs(db, digests, now)
    },
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
