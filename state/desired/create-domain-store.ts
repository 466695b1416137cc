import type { CertificateFacts, DesiredState, Domain, Service, TeamScope } from '@parcela/core'
import { sharesName, toCertificate } from '../observed/certificate-row.ts'
import { toDomainStatus } from '../observed/domain-status-row.ts'
import { reserveRoom } from '../quotas/reserve-room.ts'
import { changeService, refuseDeleted } from './change-service.ts'
import type { DesiredDependencies } from './create-desired-state.ts'
import { selectDomains, toDomain } from './domain-row.ts'
import { insertDomain } from './insert-domain.ts'
import { domainNotFound } from './not-found.ts'
import { getService } from './read-services.ts'

type DomainStore = Pick<DesiredState, 'addDomain' | 'listDomains' | 'removeDomain' | 'checkDomain'>

/** The custom domains of services. */
export const createDomainStore = (dependencies: DesiredDependencies): DomainStore => {
  const { database, random } = dependencies
  const { db } = database
  return {
    addDomain: async (scope, id, { name, redirect_to }) => {
      const service = await changeService(dependencies, { scope, id }, async (before, { trx, now }) => {
        refuseDeleted(before)
        await reserveRoom(trx, before.team_id, { asked: { custom_domains: 1 }, now })
        await insertDomain(trx, { service_id: before.id, name, redirect_to, now, random })
        return {}
      })
      return getDomain(dependencies, [service.team_id], { id: service.id, name })
    },
    listDomains: async (scope, id) => {
      const service = await getService(db, scope, { id })
      return listDomains(dependencies, service)
    },
    removeDomain: async (scope, id, name) => {
      await changeService(dependencies, { scope, id }, async (service, { trx }) => {
        const removed = await trx
          .deleteFrom('domains')
          .where('service_id', '=', service.id)
          .where('name', '=', name)
          .returning('name')
          .executeTakeFirst()
        return removed && {}
      })
    },
    checkDomain: async (scope, id, name) => {
      await changeService(dependencies, { scope, id }, async service => {
        refuseDeleted(service)
        if (!service.domains.includes(name)) throw domainNotFound()
        // Nothing else is asked for: the new generation is what makes the reconciler look before the next look is due.
        return {}
      })
    },
  }
}

const getDomain = async (
  { database }: DesiredDependencies,
  scope: TeamScope,
  { id, name }: { id: Service['id']; name: string },
): Promise<Domain> => {
  const row = await selectDomains(database.db, scope)
    .where('domains.service_id', '=', id)
    .where('domains.name', '=', name)
    .executeTakeFirst()
  // Somebody may have removed it, or the whole service, since.
  if (!row) throw domainNotFound()
  return toDomain(row)
}

const listDomains = async (
  { database: { db } }: DesiredDependencies,
  { id, team_id }: Service,
): ReturnType<DesiredState['listDomains']> => {
  const rows = await selectDomains(db, [team_id])
    .where('domains.service_id', '=', id)
    .orderBy('domains.created_at')
    .orderBy('domains.name')
    .execute()
  const statuses = await db.selectFrom('domain_status').selectAll().where('service_id', '=', id).execute()
  const observed = new Map(statuses.map(row => [row.name, toDomainStatus(row)]))
  const proved = statuses.filter(row => row.verified_at !== null).map(row => row.name)
  const certificates = await findCertificates(db, proved)
  return rows.map(row => ({
    ...toDomain(row),
    observed: observed.get(row.name) ?? null,
    certificate: certificates.get(row.name) ?? null,
  }))
}

/** By name, the certificate that lasts longest. Only names that the service proved to be its own are asked for: others' certificates are not its business. */
const findCertificates = async (
  db: DesiredDependencies['database']['db'],
  names: readonly string[],
): Promise<Map<string, CertificateFacts>> => {
  if (names.length === 0) return new Map()
  const rows = await db.selectFrom('certificates').selectAll().where(sharesName(names)).orderBy('not_after').execute()
  return new Map(rows.flatMap(row => row.names.map(name => [name, toCertificate(row)] as const)))
}
