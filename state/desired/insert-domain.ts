import { AppError, invalidFields } from '@parcela/contract'
import type { ServiceId } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { keepName } from './keep-name.ts'

type NewDomain = {
  service_id: ServiceId
  name: string
  redirect_to: string | null
  now: Date
  random: Random
}

/** 128 bits: nobody publishes it by chance, and nobody guesses it. */
const proofBytes = 16

/**
 * Writes a custom domain with a new proof. The transaction must hold the service's lock. `conflict` where the service has it (`domain_present`)
 * or another holds it as verified and nothing spoke against it at the last look (`domain_taken`). A name that changed hands can thus be asked for
 * as soon as its records no longer prove the former holder; whom it is given to is decided by the proof, not here.
 */
export const insertDomain = async (
  trx: Queryable,
  { service_id, name, redirect_to, now, random }: NewDomain,
): Promise<void> => {
  if (redirect_to !== null) await checkRedirection(trx, { service_id, name, redirect_to })
  const proof = Buffer.from(random(proofBytes)).toString('base64url')
  const inserted = await trx
    .insertInto('domains')
    .values({ service_id, name, redirect_to, proof, created_at: now })
    .onConflict(conflict => conflict.columns(['service_id', 'name']).doNothing())
    .returning('name')
    .executeTakeFirst()
  if (!inserted) throw domainPresent(name)
  if (await isHeldByAnother(trx, service_id, name)) throw domainTaken(name)
  await keepName(trx, service_id)
}

const isHeldByAnother = async (trx: Queryable, serviceId: ServiceId, name: string): Promise<boolean> => {
  const holder = await trx
    .selectFrom('domain_status')
    .select('service_id')
    .where('name', '=', name)
    .where('verified_at', 'is not', null)
    .where('status_reason', 'is', null)
    .where('service_id', '<>', serviceId)
    .executeTakeFirst()
  return holder !== undefined
}

/** Visitors are sent on once: a redirection leads to a domain of the service that shows the site. */
const checkRedirection = async (
  trx: Queryable,
  { service_id, name, redirect_to }: { service_id: ServiceId; name: string; redirect_to: string },
): Promise<void> => {
  if (redirect_to === name) throw invalidFields({ redirect_to: 'is the domain itself' })
  const target = await trx
    .selectFrom('domains')
    .select('redirect_to')
    .where('service_id', '=', service_id)
    .where('name', '=', redirect_to)
    .executeTakeFirst()
  if (!target) throw invalidFields({ redirect_to: 'is not a domain of this service; add it first' })
  if (target.redirect_to === null) return
  throw invalidFields({ redirect_to: `sends its visitors on to ${target.redirect_to}; name that one` })
}

const domainPresent = (name: string): AppError =>
  new AppError('conflict', `The service has ${name} already.`, {
    details: { reason: 'domain_present', fields: { name: 'is a domain of this service already' } },
  })

const domainTaken = (name: string): AppError =>
  new AppError(
    'conflict',
    `${name} belongs to another service, which proved that it is its own. Remove it there, or take away the records that lead there, and add it again.`,
    { details: { reason: 'domain_taken', fields: { name: 'belongs to another service' } } },
  )
