import { isDeepStrictEqual } from 'node:util'
import { AppError } from '@parcela/contract'
import type { ObservedState, Release, ReleaseId, ServiceId, ServiceStatus } from '@parcela/core'
import type { FakeTables } from './fake-tables.ts'

export const createFakeObserved = (tables: FakeTables): ObservedState => ({
  findStatus: async id => structuredClone(tables.statuses.get(id)),
  listStatuses: async () => structuredClone(new Map([...tables.statuses].filter(([id]) => !tables.completed.has(id)))),
  recordStatus: async (id, status) => {
    const spec = tables.services.get(id)
    if (!spec) throw new AppError('not_found', `There is no service ${id}.`)
    const before = tables.statuses.get(id)
    tables.statuses.set(id, { ...structuredClone(status), updated_at: tables.clock.now() })
    if (before && isDeepStrictEqual(whatIsTold(before), whatIsTold(status))) return
    tables.addEvent(id, {
      type: 'status',
      status: status.status,
      status_reason: status.status_reason,
      release_id: spec.release_id,
      serving_release_id: status.serving_release_id,
      generation: status.generation,
    })
  },
  recordRelease: async (id, status, reason) => {
    const release = getRelease(tables, id)
    if (status === 'live') retireLive(tables, release)
    release.live_at = status === 'live' ? (release.live_at ?? tables.clock.now()) : release.live_at
    release.status = status
    release.status_reason = structuredClone(reason)
  },
  supersedeReleases: async (serviceId, but) => {
    for (const release of releasesOf(tables, serviceId)) {
      const isWaiting = release.status === 'queued' || release.status === 'building'
      const isAsked = release.id === tables.services.get(serviceId)?.release_id
      if (release.id !== but && !isAsked && isWaiting) release.status = release.live_at ? 'retired' : 'superseded'
    }
  },

  listRoutes: async () => structuredClone([...tables.routes.values()]),
  findRoute: async serviceId => structuredClone(tables.routes.get(serviceId)),
  recordRoute: async route => {
    tables.routes.set(route.service_id, structuredClone(route))
  },
  forgetRoute: async serviceId => {
    tables.routes.delete(serviceId)
  },

  completeDeletion: async (id, { files }) => {
    tables.routes.delete(id)
    const spec = tables.services.get(id)
    if (spec?.power !== 'deleted') return []
    tables.completed.set(id, tables.completed.get(id) ?? tables.clock.now())
    return files || spec.purge ? purge(tables, id) : []
  },
  listExpired: async (now, retentionDays) =>
    [...tables.completed.keys()].filter(id => {
      const deletedAt = tables.services.get(id)?.deleted_at
      return deletedAt && deletedAt.getTime() + retentionDays * 86_400_000 < now.getTime()
    }),
})

const whatIsTold = (status: Omit<ServiceStatus, 'updated_at'>) => ({
  word: status.status,
  reason: status.status_reason,
  serving: status.serving_release_id,
  generation: status.generation,
})

const getRelease = (tables: FakeTables, id: ReleaseId): Release => {
  const release = tables.releases.get(id)
  if (!release) throw new AppError('not_found', `There is no release ${id}.`)
  return release
}

const releasesOf = (tables: FakeTables, serviceId: ServiceId): Release[] =>
  [...tables.releases.values()].filter(release => release.service_id === serviceId)

const retireLive = (tables: FakeTables, next: Release): void => {
  for (const release of releasesOf(tables, next.service_id)) {
    if (release.status === 'live' && release.id !== next.id) release.status = 'retired'
  }
}

const purge = (tables: FakeTables, id: ServiceId): string[] => {
  const releases = releasesOf(tables, id)
  const digests = new Set(
    releases.flatMap(release => (tables.manifests.get(release.id) ?? []).map(file => file.sha256)),
  )
  for (const release of releases) {
    tables.releases.delete(release.id)
    tables.manifests.delete(release.id)
    tables.buildLogs.delete(release.id)
  }
  tables.services.delete(id)
  tables.statuses.delete(id)
  tables.completed.delete(id)
  const stillReferred = new Set([...tables.manifests.values()].flat().map(file => file.sha256))
  return [...digests].filter(digest => !stillReferred.has(digest))
}
