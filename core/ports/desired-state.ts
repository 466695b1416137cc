import type { Domain, DomainStatus } from '../model/domain.ts'
import type { PersonId, TeamId, UploadId } from '../model/id.ts'
import type { Manifest, Release, Resources, Service } from '../model/service.ts'
import type { CertificateFacts } from './certificate-book.ts'

/**
 * Which teams' rows a query may touch; every query requires one. What is outside is `not_found`.
 * `every-team` is for platform administrators and is written out where it is used.
 */
export type TeamScope = Teams | { teams: Teams /** And of those teams this one service alone. */; service_id: string }

type Teams = readonly TeamId[] | 'every-team'

export type NewRelease = { files: Manifest; warnings: readonly string[] }

export type NewService = {
  team_id: TeamId
  owner_id: PersonId
  name: string
  service_type: 'docker' | 'vm'
  service_format: string
  resources: Resources
  additional_requirements: Record<string, unknown>
  /** Custom domains, checked and in DNS form. */
  domains?: readonly string[]
  https_redirect?: boolean
  release: NewRelease | null
  /** Who asks, when it is not the owner; an administrator's requests wait for nobody's approval. */
  requested_by?: Requester
}

export type Requester = { id: PersonId; needs_approval: boolean }

/** The same key with the same `fingerprint` within a day answers what the first call made; another fingerprint is `conflict`. */
export type Idempotency = { person_id: PersonId; key: string; fingerprint: string }

export type Page = { limit: number; cursor: string | undefined }
export type Paged<T> = { items: T[]; next: string | null }

/** `kept_until`: nobody has the name, but another team had it until lately. */
export type NameLook = { taken: boolean; suggestion: string; kept_until?: Date }

/**
 * What should be true. The gateway is its one writer. Each change is one transaction: the row with its generation raised, the release, an event,
 * and the wake-up of the reconciler; either all of it or nothing.
 */
export interface DesiredState {
  /** With a release as in `createRelease`, published by the owner. `conflict` with reason `name_taken` and a free `suggestion` when another service, also one being deleted, has the name, or another team's had it until lately and domains may still lead to it. */
  createService(service: NewService, idempotency?: Idempotency): Promise<Service>
  getService(scope: TeamScope, id: string): Promise<Service>
  /** Newest first; services whose deletion is complete are not listed. */
  listServices(scope: TeamScope, page: Page): Promise<Paged<Service>>
  /**
   * A free name: this one, or this one with a number behind it. `taken` says whether this one was not. Names that are kept back from others are free
   * for those of `teams` that had them.
   */
  suggestName(name: string, teams?: readonly TeamId[]): Promise<NameLook>

  /** What is left out stays as it is when the change is written, whoever changes something else at the same time. */
  updateService(
    scope: TeamScope,
    id: string,
    change: {
      /** The owner, when left out. */
      requested_by?: Requester
      resources?: Partial<Resources>
      additional_requirements?: Record<string, unknown>
      https_redirect?: boolean
      maintenance?: boolean
      /** Exactly these custom domains: those that are new are added, as in `addDomain`, and the others removed. */
      domains?: readonly string[]
    },
  ): Promise<Service>
  /**
   * Into another team, which needs room for it; both must be in the scope. It runs anew in that team's network, in the name of who it was asked
   * for where they are a member there, else of `by`.
   */
  moveService(scope: TeamScope, id: string, move: { team_id: TeamId; by: PersonId }): Promise<Service>
  /** `start` and `restart` of a service being deleted are `conflict`. */
  actOnService(scope: TeamScope, id: string, action: 'start' | 'stop' | 'restart'): Promise<Service>
  /** Twice equals once. With `purge` the files go at once, too. */
  deleteService(scope: TeamScope, id: string, options: { purge: boolean }): Promise<Service>

  /** Publishes; a stopped service starts. The publisher's records of sent contents that the release names end here: the release holds them now. */
  createRelease(
    scope: TeamScope,
    serviceId: string,
    release: NewRelease & { published_by: PersonId },
    idempotency?: Idempotency,
  ): Promise<Release>
  /** Serves an earlier release again; `conflict` for one that never had its files checked in full, `not_found` for one of another service. */
  rollback(scope: TeamScope, serviceId: string, releaseId: string): Promise<Service>
  getRelease(scope: TeamScope, id: string): Promise<Release>
  listReleases(scope: TeamScope, serviceId: string, page: Page): Promise<Paged<Release>>

  /**
   * Makes the proof. `conflict` with reason `domain_present` where the service has it already, `domain_taken` where another service holds it as
   * verified and its last look found nothing wrong.
   */
  addDomain(scope: TeamScope, serviceId: string, domain: { name: string; redirect_to: string | null }): Promise<Domain>
  listDomains(
    scope: TeamScope,
    serviceId: string,
  ): Promise<(Domain & { observed: DomainStatus | null; certificate: CertificateFacts | null })[]>
  /** Twice equals once; redirections to it end with it. */
  removeDomain(scope: TeamScope, serviceId: string, name: string): Promise<void>
  /** Wakes the reconciler, which looks at the domain at once. */
  checkDomain(scope: TeamScope, serviceId: string, name: string): Promise<void>

  /** Publish by digest: the manifest is kept for a day, until a release uses it. */
  createUpload(upload: {
    team_id: TeamId
    person_id: PersonId
    files: Manifest
  }): Promise<{ id: UploadId; expires_at: Date }>
  /** `not_found` for another person's, a used or an expired one. */
  getUpload(personId: PersonId, id: string): Promise<{ id: UploadId; files: Manifest }>
  /** Deletes the upload once a release holds its files. */
  removeUpload(id: UploadId): Promise<void>
  /** Remembers for a day that the person sent this whole content (its digest was computed here), so that their uploads may name it. Twice equals once. */
  recordSentBlob(personId: PersonId, blob: { sha256: string; size: number }): Promise<void>
  /**
   * Those of the digests that may be claimed by digest alone, each with its size in bytes: contents of releases of teams in the scope, and what
   * the person sent within the last day. Nothing else, so that a digest is never a key to foreign files.
   */
  findReadableBlobs(
    scope: readonly TeamId[],
    personId: PersonId,
    digests: readonly string[],
  ): Promise<Map<string, number>>
  /** Those of these digests that no release, no open upload and no record of a sent content (a day old at most) refers to, of whatever team. */
  findUnreferencedBlobs(digests: readonly string[]): Promise<string[]>
}
