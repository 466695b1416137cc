import { AppError } from '@parcela/contract'
import type { Clock, PersonId, Service, TeamId } from '@parcela/core'
import { sql } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { announceChange } from '../desired/announce-change.ts'
import { getService } from '../desired/read-services.ts'
import { withdrawApproval } from '../quotas/write-approval.ts'
import { lockTeams } from './lock-team.ts'
import { passServices } from './pass-services.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

/** Any number of our own choosing: one person at a time stops being an administrator, so that one is always left. */
const administratorsLock = 7_262_735_253

/**
 * Ends a person, in one transaction. Locks are taken in the order of all: services, then teams. The row of the person stays, with nothing in it but
 * the id: releases, approvals and the audit trail go on referring to it.
 */
export const erasePerson = ({ database, clock, random }: Dependencies, personId: PersonId): Promise<void> =>
  database.db.transaction().execute(async trx => {
    const now = clock.now()
    await sql`select pg_advisory_xact_lock(${administratorsLock})`.execute(trx)
    await refuseLastAdministrator(trx, personId)
    const { alone, shared } = await readTeams(trx, personId)
    const services = await trx
      .selectFrom('services')
      .select('id')
      .where('team_id', 'in', [...alone, '' as TeamId])
      .orderBy('id')
      .execute()
    for (const { id } of services) await lockService(trx, id)
    await lockTeams(trx, [...alone, ...shared])
    await refuseLastOwner(trx, shared, personId)

    for (const { id } of services) await deleteWithFiles(trx, id, now)
    for (const team_id of shared) await passServices(trx, { team_id, person_id: personId })
    await sql`
      delete from team_members where person_id = ${personId} and team_id = any(${shared}::text[])
    `.execute(trx)
    await closeTeams(trx, alone, personId)
    await forget(trx, personId, Buffer.from(random(10)).toString('hex'))
  })

const refuseLastAdministrator = async (trx: Queryable, personId: PersonId): Promise<void> => {
  const administrators = await trx
    .selectFrom('people')
    .select('id')
    .where('is_administrator', '=', true)
    .where('account_id', 'is not', null)
    .where('disabled_at', 'is', null)
    .execute()
  if (administrators.some(({ id }) => id !== personId) || !administrators.some(({ id }) => id === personId)) return
  throw new AppError('conflict', 'You are the last administrator. Make somebody else one first.', {
    details: { reason: 'last_administrator' },
  })
}

/** Those that nobody else is in, with the personal team among them, and the others. */
const readTeams = async (trx: Queryable, personId: PersonId): Promise<{ alone: TeamId[]; shared: TeamId[] }> => {
  const rows = await trx
    .selectFrom('team_members')
    .select([
      'team_id',
      sql<boolean>`exists (
        select from team_members o where o.team_id = team_members.team_id and o.person_id <> ${personId}
      )`.as('is_shared'),
    ])
    .where('person_id', '=', personId)
    .execute()
  const idsOf = (isShared: boolean) => rows.filter(row => row.is_shared === isShared).map(row => row.team_id)
  return { alone: idsOf(false), shared: idsOf(true) }
}

const refuseLastOwner = async (trx: Queryable, shared: readonly TeamId[], personId: PersonId): Promise<void> => {
  const { rows } = await sql<{ name: string }>`
    select t.name from teams t where t.id = any(${[...shared]}::text[]) and not exists (
      select from team_members o where o.team_id = t.id and o.role = 'owner' and o.person_id <> ${personId}
    ) order by t.name
  `.execute(trx)
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name)
  throw new AppError('conflict', `${names.join(', ')} would have no owner. Make another member an owner first.`, {
    details: { reason: 'last_owner', teams: names },
  })
}

const deleteWithFiles = async (trx: Queryable, id: Service['id'], now: Date): Promise<void> => {
  const before = await getService(trx, 'every-team', { id, gone: 'included' })
  await trx.updateTable('services').set({ purge: true }).where('id', '=', id).execute()
  if (before.power === 'deleted') return
  await withdrawApproval(trx, id)
  await trx
    .updateTable('services')
    .set({ power: 'deleted', deleted_at: now, updated_at: now, generation: before.generation + 1 })
    .where('id', '=', id)
    .execute()
  await announceChange(trx, await getService(trx, [before.team_id], { id }))
}

/** Teams that nobody else is in end; of those whose services are being deleted, the names are forgotten. */
const closeTeams = async (trx: Queryable, alone: readonly TeamId[], personId: PersonId): Promise<void> => {
  const ids = [...alone]
  await sql`delete from uploads where team_id = any(${ids}::text[])`.execute(trx)
  await sql`
    delete from teams t where t.id = any(${ids}::text[])
      and not exists (select from services s where s.team_id = t.id)
      and not exists (select from people p where p.team_id = t.id and p.id = ${personId})
  `.execute(trx)
  await sql`
    update teams set name = 'erased', slug = case when slug is null then null else 'erased-' || id end
    where id = any(${ids}::text[])
  `.execute(trx)
}

/** The account goes with its sessions, factors and passkeys; keys are found by their owner. */
const forget = async (trx: Queryable, personId: PersonId, noise: string): Promise<void> => {
  await sql`delete from identity.apikey where "referenceId" = (select account_id from people where id = ${personId})`.execute(
    trx,
  )
  await sql`delete from identity."user" where id = (select account_id from people where id = ${personId})`.execute(trx)
  await sql`update invitations set email = null where email = (select lower(email) from people where id = ${personId})`.execute(
    trx,
  )
  for (const table of ['uploads', 'sent_blobs', 'idempotency_keys'] as const) {
    await trx.deleteFrom(table).where('person_id', '=', personId).execute()
  }
  const username = `erased-${noise}`
  await trx
    .updateTable('people')
    .set({ username, name: 'erased', email: null, external_id: null, account_id: null, is_administrator: false })
    .where('id', '=', personId)
    .execute()
}
