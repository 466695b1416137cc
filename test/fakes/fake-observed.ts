import { isDeepStrictEqual } from 'node:util'
import { AppError } from '@parcela/contract'
import type { DomainStatus, ObservedState, Release, ReleaseId, ServiceId, ServiceStatus } from '@parcela/core'
import { domainKey, type FakeTables } from './fake-tables.ts'

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
  listRoutesOf: async serviceId =>
    structuredClone([...tables.routes.values()].filter(({ service_id }) => service_id === serviceId)),
  recordRoute: async route => {
    tables.routes.set(route.host, structuredClone(route))
  },
  forgetRoute: async host => {
    tables.routes.delete(host)
  },

  listDomainStatuses: async serviceId =>
    structuredClone([...tables.domainStatuses.values()].filter(({ service_id }) => service_id === serviceId)),
  recordDomainStatus: async status => {
    const key = domainKey(status)
    if (!tables.domains.has(key)) throw new AppError('not_found', `${status.name} is no domain of the service.`)
    const holder = findHolder(tables, status.name)
    if (status.verified_at && holder !== undefined && holder !== status.service_id)
      throw new AppError('conflict', `${status.name} belongs to another service.`, {
        details: { reason: 'domain_taken' },
      })
    const before = tables.domainStatuses.get(key)
    tables.domainStatuses.set(key, structuredClone(status))
    const { service_id, name, status: word, status_reason } = status
    if (before && isDeepStrictEqual([before.status, before.status_reason], [word, status_reason])) return
    tables.addEvent(service_id, { type: 'domain', name, status: word, status_reason })
  },
  findDomainHolder: async name => findHolder(tables, name),
  listDueDomains: async now =>
    [...tables.domainStatuses.values()]
      .filter(
        ({ service_id, next_check_at }) =>
          next_check_at && next_check_at <= now && tables.services.get(service_id)?.power !== 'deleted',
      )
      .map(({ service_id, name }) => ({ service_id, name })),

  listRecords: async () => structuredClone(tables.records),
  replaceRecords: async records => {
    tables.records = structuredClone([...records])
  },

  completeDeletion: async (id, { files }) => {
    for (const { host, service_id } of [...tables.routes.values()]) if (service_id === id) tables.routes.delete(host)
    forgetDomains(tables, id)
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
  warnings: status.warnings,
})

const findHolder = (tables: FakeTables, name: string): ServiceId | undefined =>
  [...tables.domainStatuses.values()].find((status: DomainStatus) => status.name === name && status.verified_at)
    ?.service_id

const forgetDomains = (tables: FakeTables, id: ServiceId): void => {
  for (const [key, { service_id }] of [...tables.domains]) {
    if (service_id !== id) continue
    tables.domains.delete(key)
    tables.domainStatuses.delete(key)
  }
}

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
