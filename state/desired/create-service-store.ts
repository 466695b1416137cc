import { isDeepStrictEqual } from 'node:util'
import { AppError } from '@parcela/contract'
import {
  createId,
  type DesiredState,
  type Idempotency,
  type NewService,
  requireStorageFor,
  type Service,
} from '@parcela/core'
import { sql } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { admitService, placeService } from '../quotas/admit-service.ts'
import { changeResources } from '../quotas/change-resources.ts'
import { moveService } from '../quotas/move-service.ts'
import { reserveRoom } from '../quotas/reserve-room.ts'
import { announceChange } from './announce-change.ts'
import { changeService, refuseDeleted, type ServiceChange } from './change-service.ts'
import type { DesiredDependencies } from './create-desired-state.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { deleteService } from './delete-service.ts'
import { insertDomain } from './insert-domain.ts'
import { insertRelease } from './insert-release.ts'
import { requireNotKept } from './keep-name.ts'
import { getService, selectServices, toService } from './read-services.ts'
import { suggestFreeName } from './suggest-free-name.ts'
import { claimIdempotencyKey, keepIdempotencyResult, reusedKey } from './use-idempotency-key.ts'

type ServiceStore = Pick<
  DesiredState,
  | 'createService'
  | 'getService'
  | 'listServices'
  | 'suggestName'
  | 'updateService'
  | 'moveService'
  | 'actOnService'
  | 'deleteService'
>

export const createServiceStore = (dependencies: DesiredDependencies): ServiceStore => {
  const { db } = dependencies.database
  return {
    createService: (service, idempotency) => createService(dependencies, service, idempotency),
    getService: (scope, id) => getService(db, scope, { id }),
    listServices: async (scope, { limit, cursor }) => {
      const rows = await selectServices(db, scope)
        .where('services.gone_at', 'is', null)
        .$if(cursor !== undefined, query =>
          query.where('services.id', '<', parseCursor(cursor ?? '', /^svc_[0-9a-z]+$/) as Service['id']),
        )
        .orderBy('services.id', 'desc')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit).map(toService)
      const last = items.at(-1)
      return { items, next: last && rows.length > limit ? toCursor(last.id) : null }
    },
    suggestName: (name, teams = []) => suggestFreeName(db, name, { teams, now: dependencies.clock.now() }),
    updateService: (scope, id, wanted) =>
      changeService(dependencies, { scope, id }, async (service, { trx, now }) => {
        refuseDeleted(service)
        const before = settingsOf(service)
        const { domains = service.domains, resources, requested_by, ...settings } = wanted
        const after = { ...before, ...settings, resources: { ...before.resources, ...resources } }
        const { random } = dependencies
        // Asked again under the lock: somebody may have published while this was on its way.
        if (resources) requireStorageFor(service.release?.files_bytes ?? 0, after.resources.storage_gb)
        const requester = requested_by ?? { id: service.owner_id, needs_approval: true }
        const granted = isDeepStrictEqual(after.resources, before.resources)
          ? undefined
          : await changeResources(trx, service, { resources: after.resources, requester, now, random })
        const hasOtherDomains = await replaceDomains(trx, service, { domains, now, random })
        if (isDeepStrictEqual(after, before) && !hasOtherDomains) return undefined
        const { additional_requirements, resources: _, ...flags } = after
        return { ...granted, ...flags, additional_requirements: JSON.stringify(additional_requirements) }
      }),
    moveService: (scope, id, move) =>
      changeService(dependencies, { scope, id }, async (service, { trx, now }) => {
        refuseDeleted(service)
        return moveService(trx, service, { ...move, scope, now })
      }),
    actOnService: (scope, id, action) =>
      changeService(dependencies, { scope, id }, async service => actions[action](service)),
    deleteService: (scope, id, options) => deleteService(dependencies, { scope, id }, options),
  }
}

const settingsOf = ({ resources, additional_requirements, https_redirect, maintenance }: Service) => ({
  resources,
  additional_requirements,
  https_redirect,
  maintenance,
})

/** Makes the service's custom domains exactly these; whether that changed anything. Those that stay keep their proof and their redirection. */
const replaceDomains = async (
  trx: Queryable,
  { id: service_id, team_id, domains: before }: Service,
  { domains, now, random }: { domains: readonly string[]; now: Date; random: Random },
): Promise<boolean> => {
  const removed = before.filter(name => !domains.includes(name))
  const added = domains.filter(name => !before.includes(name))
  if (removed.length > 0) {
    await trx.deleteFrom('domains').where('service_id', '=', service_id).where('name', 'in', removed).execute()
  }
  if (added.length > removed.length) {
    await reserveRoom(trx, team_id, { asked: { custom_domains: added.length }, now })
  }
  for (const name of added) await insertDomain(trx, { service_id, name, redirect_to: null, now, random })
  return removed.length + added.length > 0
}

const actions: Record<'start' | 'stop' | 'restart', (service: Service) => ServiceChange | undefined> = {
  start: service => {
    refuseDeleted(service)
    refuseUnapproved(service)
    // Of a service that failed, start means: try again.
    const isAsked = service.power === 'running' && service.observed.status !== 'failed'
    return isAsked ? undefined : { power: 'running' }
  },
  stop: service => (service.power === 'running' ? { power: 'stopped' } : undefined),
  restart: service => {
    refuseDeleted(service)
    refuseUnapproved(service)
    return { power: 'running', restarts: service.restarts + 1 }
  },
}

/** `conflict` for a service that nobody approved yet: there is nothing to start. */
const refuseUnapproved = ({ name, approval }: Service): void => {
  if (!approval || approval.state === 'change_pending') return
  const why = approval.state === 'pending' ? 'waits for approval' : 'was refused; ask for less, or delete it'
  throw new AppError('conflict', `${name} ${why}.`, { details: { reason: 'not_approved' } })
}

const createService = (
  { database, clock, random }: DesiredDependencies,
  service: NewService,
  idempotency: Idempotency | undefined,
): Promise<Service> =>
  database.db.transaction().execute(async trx => {
    const now = clock.now()
    const earlier = idempotency && (await claimIdempotencyKey(trx, idempotency, now))
    if (earlier) {
      if (!earlier.service_id) throw reusedKey()
      return getService(trx, [service.team_id], { id: earlier.service_id, gone: 'included' })
    }

    const id = createId('svc', now.getTime(), random(16))
    await lockService(trx, id)
    const over = await admitService(trx, service, { now, random })
    await insertService(trx, { ...service, id, now, over })
    for (const name of service.domains ?? [])
      await insertDomain(trx, { service_id: id, name, redirect_to: null, now, random })
    if (service.release) {
      const { team_id, owner_id: published_by, release } = service
      const release_id = await insertRelease(trx, { service_id: id, team_id, published_by, release, now, random })
      await trx.updateTable('services').set({ release_id }).where('id', '=', id).execute()
    }
    await placeService(trx, { ...service, id, over }, { now, random })
    if (idempotency) await keepIdempotencyResult(trx, idempotency, { service_id: id })
    const created = await getService(trx, [service.team_id], { id })
    await announceChange(trx, created)
    return created
  })

/** The row, and its first status: what was asked for is `queued` from the moment it exists. */
const insertService = async (
  trx: Queryable,
  service: NewService & { id: Service['id']; now: Date; over: readonly string[] },
): Promise<void> => {
  const { id, now, team_id, owner_id, name, service_type, service_format, resources, release } = service
  const inserted = await trx
    .insertInto('services')
    .values({
      id,
      team_id,
      owner_id,
      name,
      service_type,
      service_format,
      ...resources,
      additional_requirements: JSON.stringify(service.additional_requirements),
      ...(service.https_redirect === undefined ? {} : { https_redirect: service.https_redirect }),
      power: 'running',
      ...(service.over.length > 0 ? { approval: 'pending', approval_reason: service.over.join(', ') } : {}),
      release_id: null,
      generation: 1,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      gone_at: null,
    })
    // The unique index decides between two who ask for one name at once; the loser waits for the winner's commit.
    .onConflict(conflict => conflict.column('name').where('gone_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) throw await nameTaken(trx, service)
  await requireNotKept(trx, service)
  await sql`
    insert into service_status (service_id, status, generation, warnings, updated_at)
    values (${id}, 'queued', 1, ${JSON.stringify(release?.warnings ?? [])}::jsonb, ${now})
  `.execute(trx)
}

const nameTaken = async (
  trx: Queryable,
  { name, team_id, now }: Pick<NewService, 'name' | 'team_id'> & { now: Date },
): Promise<AppError> => {
  const { suggestion } = await suggestFreeName(trx, name, { teams: [team_id], now })
  const problem = `is taken; ${suggestion} is free`
  return new AppError('conflict', `The name ${name} ${problem}.`, {
    details: { reason: 'name_taken', suggestion, fields: { name: problem } },
  })
}
