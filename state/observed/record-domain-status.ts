import { isDeepStrictEqual } from 'node:util'
import { AppError } from '@parcela/contract'
import type { DomainStatus } from '@parcela/core'
import { sql } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Queryable } from '../database/open-database.ts'
import { domainNotFound } from '../desired/not-found.ts'
import { appendEvent } from '../events/append-event.ts'

/**
 * Writes how far a domain is, and an event when a person would be told something else than before. `not_found` once the owner removed it;
 * `conflict` where another service holds it as verified.
 */
export const recordDomainStatus = async (trx: Queryable, status: DomainStatus): Promise<void> => {
  const { service_id, name } = status
  await lockService(trx, service_id)
  const domain = await trx
    .selectFrom('domains')
    .leftJoin('domain_status', join =>
      join
        .onRef('domain_status.service_id', '=', 'domains.service_id')
        .onRef('domain_status.name', '=', 'domains.name'),
    )
    .select(['domain_status.status', 'domain_status.status_reason'])
    .where('domains.service_id', '=', service_id)
    .where('domains.name', '=', name)
    .executeTakeFirst()
  if (!domain) throw domainNotFound()
  if (status.verified_at) await claimName(trx, status)

  const row = { ...status, status_reason: status.status_reason && JSON.stringify(status.status_reason) }
  await trx
    .insertInto('domain_status')
    .values(row)
    .onConflict(conflict => conflict.columns(['service_id', 'name']).doUpdateSet(row))
    .execute()

  const told = { status: status.status, status_reason: status.status_reason }
  if (isDeepStrictEqual({ status: domain.status, status_reason: domain.status_reason }, told)) return
  await appendEvent(trx, service_id, { type: 'domain', name, ...told })
}

/** One at a time may claim a name, so that the loser is told whose it is instead of breaking the index. */
const claimName = async (trx: Queryable, { service_id, name }: DomainStatus): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('domain ' || ${name}, 0))`.execute(trx)
  const holder = await trx
    .selectFrom('domain_status')
    .select('service_id')
    .where('name', '=', name)
    .where('verified_at', 'is not', null)
    .where('service_id', '<>', service_id)
    .executeTakeFirst()
  if (!holder) return
  throw new AppError('conflict', `${name} is verified as the domain of another service.`, {
    details: { reason: 'domain_taken' },
  })
}
