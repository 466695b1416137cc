import { AppError } from '@parcela/contract'
import {
  type DesiredState,
  type Release,
  type ReleaseId,
  requireStorageFor,
  type Service,
  type TeamScope,
} from '@parcela/core'
import { lockService } from '../database/lock-service.ts'
import type { Queryable } from '../database/open-database.ts'
import { countUpload } from '../quotas/count-upload.ts'
import { trimReleases } from '../quotas/trim-releases.ts'
import { announceChange } from './announce-change.ts'
import { changeService, refuseDeleted } from './change-service.ts'
import type { DesiredDependencies } from './create-desired-state.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { insertRelease } from './insert-release.ts'
import { releaseNotFound } from './not-found.ts'
import { findRelease, getRelease, selectReleases, toRelease } from './read-releases.ts'
import { getService } from './read-services.ts'
import { claimIdempotencyKey, keepIdempotencyResult, reusedKey } from './use-idempotency-key.ts'

type ReleaseStore = Pick<DesiredState, 'createRelease' | 'rollback' | 'getRelease' | 'listReleases'>

export const createReleaseStore = (dependencies: DesiredDependencies): ReleaseStore => {
  const { db } = dependencies.database
  return {
    createRelease: (...args) => createRelease(dependencies, ...args),
    rollback: (scope, id, releaseId) =>
      changeService(dependencies, { scope, id }, async (service, { trx }) => {
        refuseDeleted(service)
        const release_id = await checkRollback(trx, service, releaseId)
        return { release_id, power: 'running' }
      }),
    getRelease: (scope, id) => getRelease(db, scope, id),
    listReleases: async (scope, serviceId, { limit, cursor }) => {
      const { id } = await getService(db, scope, { id: serviceId })
      const rows = await selectReleases(db, scope)
        .where('releases.service_id', '=', id)
        .$if(cursor !== undefined, query =>
          query.where('releases.number', '<', Number(parseCursor(cursor ?? '', /^[0-9]{1,9}$/))),
        )
        .orderBy('releases.number', 'desc')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit).map(toRelease)
      const last = items.at(-1)
      return { items, next: last && rows.length > limit ? toCursor(String(last.number)) : null }
    },
  }
}

const createRelease = (
  { database, clock, random }: DesiredDependencies,
  ...[scope, serviceId, release, idempotency]: Parameters<DesiredState['createRelease']>
): Promise<Release> =>
  database.db.transaction().execute(async trx => {
    const now = clock.now()
    const earlier = idempotency && (await claimIdempotencyKey(trx, idempotency, now))
    if (earlier) return getEarlier(trx, scope, { serviceId, releaseId: earlier.release_id })

    await lockService(trx, serviceId)
    const service = await getService(trx, scope, { id: serviceId })
    refuseDeleted(service)
    const { id: service_id, team_id, generation } = service
    const { published_by } = release
    // Asked again under the lock: somebody may have lowered it while the files came.
    requireStorageFor(
      release.files.reduce((sum, { size }) => sum + size, 0),
      service.resources.storage_gb,
    )
    const { limits } = await countUpload(trx, team_id, now)
    const release_id = await insertRelease(trx, { service_id, team_id, published_by, release, now, random })
    await trx
      .updateTable('services')
      .set({ release_id, power: 'running', generation: generation + 1, updated_at: now })
      .where('id', '=', service_id)
      .execute()
    await trimReleases(trx, service_id, limits.releases_kept)
    if (idempotency) await keepIdempotencyResult(trx, idempotency, { release_id })
    await announceChange(trx, await getService(trx, [team_id], { id: service_id }))
    return getRelease(trx, [team_id], release_id)
  })

const getEarlier = async (
  trx: Queryable,
  scope: TeamScope,
  earlier: { serviceId: string; releaseId: ReleaseId | null },
): Promise<Release> => {
  const release = earlier.releaseId && (await findRelease(trx, scope, earlier.releaseId))
  if (!release || release.service_id !== earlier.serviceId) throw reusedKey()
  return release
}

/** A release may be served again when its image could be built: one that failed before it was ever live would fail again. */
const checkRollback = async (trx: Queryable, service: Service, releaseId: string): Promise<ReleaseId> => {
  const release = await findRelease(trx, 'every-team', releaseId)
  if (release?.service_id !== service.id) throw releaseNotFound()
  requireStorageFor(release.files_bytes, service.resources.storage_gb)
  if (release.status === 'failed' && release.live_at === null) {
    throw new AppError(
      'conflict',
      `Release ${release.number} failed and was never live, so there is nothing to return to. Choose another one.`,
      { details: { reason: 'release_failed', fields: { release_id: 'failed and was never live' } } },
    )
  }
  return release.id
}
