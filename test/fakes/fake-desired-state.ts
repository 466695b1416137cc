import { AppError, invalidFields } from '@parcela/contract'
import {
  type Clock,
  createId,
  type DesiredState,
  type Domain,
  type DomainStatus,
  type Idempotency,
  type Manifest,
  type NewRelease,
  type Page,
  type Paged,
  type People,
  type PersonId,
  type Release,
  type Service,
  type TeamId,
  type TeamScope,
  type UploadId,
} from '@parcela/core'

export type FakeDesiredState = DesiredState & {
  /** What a release consists of, for assertions. */
  manifestOf(releaseId: string): Manifest
  services(): Service[]
  /** What the reconciler would write of a domain. */
  observeDomain(status: DomainStatus): void
}

type Upload = { id: UploadId; person_id: PersonId; files: Manifest }

/** The gateway's view of the desired state, in memory: no reconciler works on it. */
export const createFakeDesiredState = (clock: Clock, people: Pick<People, 'findPerson'>): FakeDesiredState => {
  const services: Service[] = []
  const releases: Release[] = []
  const manifests = new Map<string, Manifest>()
  const uploads = new Map<string, Upload>()
  const sent = new Map<string, number>()
  let domains: Domain[] = []
  let domainStatuses: DomainStatus[] = []
  const idempotent = new Map<string, { fingerprint: string; answer: unknown }>()
  const newId = <P extends 'svc' | 'rel' | 'up'>(prefix: P) =>
    createId(prefix, clock.now().getTime(), crypto.getRandomValues(new Uint8Array(16)))

  const get = (scope: TeamScope, id: string): Service => {
    const found = services.find(row => row.id === id && isInScope(scope, row.team_id, row.id))
    if (!found) throw new AppError('not_found', 'There is no such service.')
    return found
  }
  const change = (service: Service, values: Partial<Service>): Service => {
    Object.assign(service, values, { generation: service.generation + 1, updated_at: clock.now() })
    return structuredClone(service)
  }
  const domainsOf = (id: string): Domain[] => domains.filter(({ service_id }) => service_id === id)
  const putDomain = (service: Service, name: string, redirect_to: string | null): Domain => {
    const isHeld = domainStatuses.some(
      row => row.name === name && row.verified_at !== null && row.service_id !== service.id,
    )
    const reason = isHeld ? 'domain_taken' : service.domains.includes(name) ? 'domain_present' : undefined
    if (reason) throw new AppError('conflict', `${name} cannot be had.`, { details: { reason } })
    if (redirect_to !== null && !service.domains.includes(redirect_to)) {
      throw invalidFields({ redirect_to: 'is not a domain of this service' })
    }
    const proof = `proof-of-${name}-for-${service.name}`
    const domain = {
      service_id: service.id,
      team_id: service.team_id,
      name,
      redirect_to,
      proof,
      created_at: clock.now(),
    }
    domains.push(domain)
    service.domains = [...service.domains, name]
    return domain
  }
  const takeDomain = (service: Service, name: string): void => {
    const isOther = (row: { service_id: string; name: string }): boolean =>
      row.service_id !== service.id || row.name !== name
    domains = domains.filter(isOther)
    domainStatuses = domainStatuses.filter(isOther)
    for (const domain of domainsOf(service.id)) if (domain.redirect_to === name) domain.redirect_to = null
    service.domains = service.domains.filter(other => other !== name)
  }
  const addRelease = async (service: Service, release: NewRelease, by: PersonId): Promise<Release> => {
    const bytes = release.files.reduce((sum, file) => sum + file.size, 0)
    const person = await people.findPerson(by)
    const row: Release = {
      id: newId('rel'),
      service_id: service.id,
      team_id: service.team_id,
      number: releases.filter(({ service_id }) => service_id === service.id).length + 1,
      status: 'queued',
      status_reason: null,
      files_count: release.files.length,
      files_bytes: bytes,
      warnings: [...release.warnings],
      published_by: { id: by, username: person?.username ?? '' },
      created_at: clock.now(),
      live_at: null,
    }
    releases.push(row)
    manifests.set(row.id, release.files)
    service.release_id = row.id
    service.release = { files_count: row.files_count, files_bytes: bytes, created_at: row.created_at }
    return row
  }
  const once = async <T>(idempotency: Idempotency | undefined, work: () => Promise<T>): Promise<T> => {
    if (!idempotency) return work()
    const key = `${idempotency.person_id} ${idempotency.key}`
    const before = idempotent.get(key)
    if (before && before.fingerprint !== idempotency.fingerprint) {
      throw new AppError('conflict', 'This Idempotency-Key was used for another request.', {
        details: { reason: 'idempotency_key_reused' },
      })
    }
    if (before) return structuredClone(before.answer as T)
    const answer = await work()
    idempotent.set(key, { fingerprint: idempotency.fingerprint, answer: structuredClone(answer) })
    return answer
  }
  const isTaken = (name: string): boolean => services.some(service => service.name === name)
  const free = (name: string): string => {
    if (!isTaken(name)) return name
    for (let number = 2; ; number++) if (!isTaken(`${name}-${number}`)) return `${name}-${number}`
  }

  return {
    services: () => structuredClone(services),
    manifestOf: id => manifests.get(id) ?? [],
    createService: (asked, idempotency) =>
      once(idempotency, async () => {
        if (isTaken(asked.name)) {
          throw new AppError('conflict', `name: "${asked.name}" is taken`, {
            details: { reason: 'name_taken', suggestion: free(asked.name), fields: { name: 'is taken' } },
          })
        }
        const owner = await people.findPerson(asked.owner_id)
        const { release, domains: names = [], https_redirect = true, ...rest } = asked
        const now = clock.now()
        const service: Service = {
          ...rest,
          https_redirect,
          maintenance: false,
          edge_class: 'standard',
          domains: [],
          id: newId('svc'),
          power: 'running',
          release_id: null,
          generation: 1,
          restarts: 0,
          created_at: now,
          updated_at: now,
          deleted_at: null,
          purge: false,
          owner: { username: owner?.username ?? '', external_id: owner?.external_id ?? null },
          release: null,
          approval: null,
          observed: {
            status: 'queued',
            status_reason: null,
            generation: 0,
            serving_release_id: null,
            warnings: [],
            attempts: 0,
            retry_at: null,
            updated_at: now,
          },
        }
        for (const name of names) putDomain(service, name, null)
        services.push(service)
        if (release) await addRelease(service, release, asked.owner_id)
        return structuredClone(service)
      }),
    getService: async (scope, id) => structuredClone(get(scope, id)),
    listServices: async (scope, page) =>
      paged(services.filter(service => isInScope(scope, service.team_id, service.id)).toReversed(), page),
    suggestName: async name => ({ taken: isTaken(name), suggestion: free(name) }),
    updateService: async (scope, id, { resources, domains: names, requested_by: _, ...rest }) => {
      const service = get(scope, id)
      const wanted = names ?? service.domains
      for (const name of service.domains) if (!wanted.includes(name)) takeDomain(service, name)
      for (const name of wanted) if (!service.domains.includes(name)) putDomain(service, name, null)
      return change(service, { ...rest, resources: { ...service.resources, ...resources } })
    },
    moveService: async (scope, id, { team_id }) => {
      const service = get(scope, id)
      for (const release of releases) if (release.service_id === service.id) release.team_id = team_id
      return change(service, { team_id, restarts: service.restarts + 1 })
    },
    actOnService: async (scope, id, action) => {
      const service = get(scope, id)
      if (service.power === 'deleted') throw new AppError('conflict', 'The service is being deleted.')
      const restarts = service.restarts + (action === 'restart' ? 1 : 0)
      return change(service, { power: action === 'stop' ? 'stopped' : 'running', restarts })
    },
    deleteService: async (scope, id, { purge }) => {
      const service = get(scope, id)
      if (service.power === 'deleted' && service.purge === purge) return structuredClone(service)
      return change(service, { power: 'deleted', purge, deleted_at: clock.now() })
    },
    createRelease: (scope, serviceId, release, idempotency) =>
      once(idempotency, async () => {
        const service = get(scope, serviceId)
        const made = await addRelease(service, release, release.published_by)
        change(service, { power: 'running' })
        return structuredClone(made)
      }),
    rollback: async (scope, serviceId, releaseId) => {
      const service = get(scope, serviceId)
      const release = releases.find(({ id, service_id }) => id === releaseId && service_id === service.id)
      if (!release) throw new AppError('not_found', 'There is no such release.')
      return change(service, { release_id: release.id, power: 'running' })
    },
    getRelease: async (scope, id) => {
      const release = releases.find(row => row.id === id && isInScope(scope, row.team_id, row.service_id))
      if (!release) throw new AppError('not_found', 'There is no such release.')
      return structuredClone(release)
    },
    listReleases: async (scope, serviceId, page) => {
      const { id } = get(scope, serviceId)
      return paged(releases.filter(({ service_id }) => service_id === id).toReversed(), page)
    },
    observeDomain: status => {
      domainStatuses = domainStatuses.filter(
        ({ service_id, name }) => service_id !== status.service_id || name !== status.name,
      )
      domainStatuses.push(status)
    },
    addDomain: async (scope, id, { name, redirect_to }) => {
      const service = get(scope, id)
      const domain = putDomain(service, name, redirect_to)
      change(service, {})
      return structuredClone(domain)
    },
    listDomains: async (scope, id) => {
      const service = get(scope, id)
      const find = (name: string) => domainStatuses.find(row => row.service_id === service.id && row.name === name)
      const rows = domainsOf(service.id).map(domain => ({
        ...domain,
        observed: find(domain.name) ?? null,
        certificate: null,
      }))
      return structuredClone(rows)
    },
    removeDomain: async (scope, id, name) => {
      const service = get(scope, id)
      if (!service.domains.includes(name)) return
      takeDomain(service, name)
      change(service, {})
    },
    checkDomain: async (scope, id, name) => {
      const service = get(scope, id)
      if (!service.domains.includes(name)) throw new AppError('not_found', 'The service has no such domain.')
      change(service, {})
    },
    createUpload: async ({ person_id, files }) => {
      const id = newId('up')
      uploads.set(id, { id, person_id, files })
      return { id, expires_at: new Date(clock.now().getTime() + 86_400_000) }
    },
    getUpload: async (personId, id) => {
      const upload = uploads.get(id)
      if (upload?.person_id !== personId) throw new AppError('not_found', 'There is no such upload.')
      return structuredClone(upload)
    },
    removeUpload: async id => {
      uploads.delete(id)
    },
    recordSentBlob: async (personId, { sha256, size }) => {
      sent.set(`${personId} ${sha256}`, size)
    },
    findReadableBlobs: async (scope, personId, digests) => {
      const readable = new Map<string, number>()
      for (const digest of digests) {
        const size = sent.get(`${personId} ${digest}`) ?? sizeIn(scope, digest)
        if (size !== undefined) readable.set(digest, size)
      }
      return readable
    },
    findUnreferencedBlobs: async digests => {
      const referred = new Set(
        [...manifests.values(), ...[...uploads.values()].map(({ files }) => files)].flat().map(({ sha256 }) => sha256),
      )
      const isSent = (digest: string): boolean => [...sent.keys()].some(entry => entry.endsWith(` ${digest}`))
      return digests.filter(digest => !referred.has(digest) && !isSent(digest))
    },
  }

  function sizeIn(scope: readonly TeamId[], digest: string): number | undefined {
    const own = releases.filter(({ team_id }) => scope.includes(team_id))
    return own.flatMap(({ id }) => [...(manifests.get(id) ?? [])]).find(({ sha256 }) => sha256 === digest)?.size
  }
}

const isInScope = (scope: TeamScope, team: TeamId, service: string): boolean => {
  if (scope === 'every-team') return true
  if ('service_id' in scope) return scope.service_id === service && isInScope(scope.teams, team, service)
  return scope.includes(team)
}

const paged = <T>(rows: T[], { limit, cursor }: Page): Paged<T> => {
  const start = Number(cursor ?? 0)
  const items = structuredClone(rows.slice(start, start + limit))
  return { items, next: start + limit < rows.length ? String(start + limit) : null }
}
