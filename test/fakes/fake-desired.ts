import { createHash } from 'node:crypto'
import { AppError } from '@parcela/contract'
import type {
  DesiredReader,
  Domain,
  Manifest,
  PersonId,
  Release,
  ReleaseId,
  ServiceId,
  ServiceSpec,
  TeamId,
  WorkQueue,
} from '@parcela/core'
import { domainKey, type FakeTables } from './fake-tables.ts'

type Change = { id: ServiceId; generation: number }

/** What the gateway would do to the desired state, in few words. */
export type FakeDesired = DesiredReader & {
  /** A new service of generation 1; asked to run, without files, unless told otherwise. Wakes the reconciler. */
  addService(spec?: Partial<ServiceSpec>): Promise<ServiceSpec>
  /** Publishes: a new release with these files (path -> content, or a manifest), which becomes the one to serve. */
  addRelease(id: ServiceId, files?: Record<string, string> | Manifest): Promise<Release>
  /** Any other change; raises the generation. `power: 'deleted'` also sets when. */
  changeService(id: ServiceId, changes: Partial<ServiceSpec>): Promise<ServiceSpec>
  /** A custom domain; raises the generation, as each of the next two. */
  addDomain(id: ServiceId, name: string, options?: { redirect_to?: string }): Promise<Domain>
  removeDomain(id: ServiceId, name: string): Promise<void>
  /** The owner asks to look at the domains now. */
  checkDomains(id: ServiceId): Promise<void>
}

export const createFakeDesired = (tables: FakeTables, queue: WorkQueue): FakeDesired => {
  const listeners = new Set<(change: Change) => void>()

  const getSpec = (id: ServiceId): ServiceSpec => {
    const spec = tables.services.get(id)
    if (!spec) throw new AppError('not_found', `There is no service ${id}.`)
    return spec
  }
  const commit = async (spec: ServiceSpec): Promise<ServiceSpec> => {
    tables.services.set(spec.id, structuredClone(spec))
    for (const listener of listeners) listener({ id: spec.id, generation: spec.generation })
    await queue.wake(spec.id)
    return structuredClone(spec)
  }
  const changeService = (id: ServiceId, changes: Partial<ServiceSpec>): Promise<ServiceSpec> => {
    const spec = getSpec(id)
    const now = tables.clock.now()
    const deleted_at = changes.power === 'deleted' ? now : spec.deleted_at
    return commit({ ...spec, deleted_at, ...changes, id, generation: spec.generation + 1, updated_at: now })
  }

  return {
    findService: async id => (tables.completed.has(id) ? undefined : structuredClone(tables.services.get(id))),
    listDomains: async id =>
      structuredClone([...tables.domains.values()].filter(({ service_id }) => service_id === id)),
    listAllDomains: async () =>
      structuredClone(
        [...tables.domains.values()].filter(
          ({ service_id }) => tables.services.get(service_id)?.power !== 'deleted' && !tables.completed.has(service_id),
        ),
      ),
    findRelease: async id => structuredClone(tables.releases.get(id)),
    readManifest: async id => {
      const manifest = tables.manifests.get(id)
      if (!manifest) throw new AppError('not_found', `There is no release ${id}.`)
      return structuredClone(manifest)
    },
    listServices: async () =>
      structuredClone([...tables.services.values()].filter(({ id }) => !tables.completed.has(id))),
    findUnreferencedBlobs: async digests => {
      const referred = new Set([...tables.manifests.values()].flat().map(file => file.sha256))
      return digests.filter(digest => !referred.has(digest))
    },
    onChange: listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },

    addService: async (given = {}) => {
      const now = tables.clock.now()
      const id = given.id ?? tables.newId('svc')
      const spec: ServiceSpec = {
        team_id: 'team_of_ana' as TeamId,
        owner_id: 'usr_ana' as PersonId,
        name: `site-${tables.services.size + 1}`,
        service_type: 'docker',
        service_format: 'web',
        resources: { storage_gb: 1, ram_mb: 128, cpus: 0.5 },
        additional_requirements: {},
        power: 'running',
        release_id: null,
        generation: 1,
        restarts: 0,
        created_at: now,
        updated_at: now,
        deleted_at: null,
        purge: false,
        https_redirect: true,
        maintenance: false,
        edge_class: 'standard',
        ...given,
        id,
      }
      tables.statuses.set(id, {
        status: 'queued',
        status_reason: null,
        generation: 0,
        serving_release_id: null,
        warnings: [],
        attempts: 0,
        retry_at: null,
        updated_at: now,
      })
      return commit(spec)
    },
    addRelease: async (id, files = { 'index.html': '<h1>hola</h1>' }) => {
      const spec = getSpec(id)
      const manifest = isManifest(files) ? files : toManifest(files)
      const release: Release = {
        id: tables.newId('rel'),
        service_id: id,
        team_id: spec.team_id,
        number: [...tables.releases.values()].filter(other => other.service_id === id).length + 1,
        status: 'queued',
        status_reason: null,
        files_count: manifest.length,
        files_bytes: manifest.reduce((sum, file) => sum + file.size, 0),
        warnings: [],
        published_by: { id: spec.owner_id, username: 'ana' },
        created_at: tables.clock.now(),
        live_at: null,
      }
      tables.releases.set(release.id, release)
      tables.manifests.set(release.id, structuredClone(manifest))
      await changeService(id, { release_id: release.id as ReleaseId })
      return structuredClone(release)
    },
    changeService: async (id, changes) => changeService(id, changes),
    addDomain: async (id, name, { redirect_to = null as string | null } = {}) => {
      const { team_id } = getSpec(id)
      const proof = `proof-${tables.nextNumber()}`
      const domain: Domain = { service_id: id, team_id, name, redirect_to, proof, created_at: tables.clock.now() }
      tables.domains.set(domainKey(domain), domain)
      await changeService(id, {})
      return structuredClone(domain)
    },
    removeDomain: async (id, name) => {
      tables.domains.delete(domainKey({ service_id: id, name }))
      tables.domainStatuses.delete(domainKey({ service_id: id, name }))
      await changeService(id, {})
    },
    checkDomains: async id => {
      await changeService(id, {})
    },
  }
}

const isManifest = (files: Record<string, string> | Manifest): files is Manifest => Array.isArray(files)

const toManifest = (files: Record<string, string>): Manifest =>
  Object.entries(files).map(([path, content]) => ({
    path,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: Buffer.byteLength(content),
  }))
