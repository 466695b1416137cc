import type { ManifestEntry, ReleaseStatus, ServiceStatusWord, ServiceType, StatusReason } from '@parcela/contract'
import type { PersonId, ReleaseId, ServiceId, TeamId } from './id.ts'
import type { EdgeClass } from './route.ts'

export type Resources = {
  /** GiB (2^30 bytes) for the service's files. */
  storage_gb: number
  /** MiB; no swap beyond it. */
  ram_mb: number
  cpus: number
}

/** What the owner wants of a service: it runs, it rests, or it is gone. */
export type DesiredPower = 'running' | 'stopped' | 'deleted'

/** What should be true. Written by the gateway only. */
export type ServiceSpec = {
  id: ServiceId
  team_id: TeamId
  owner_id: PersonId
  name: string
  service_type: ServiceType
  service_format: string
  resources: Resources
  additional_requirements: Record<string, unknown>
  power: DesiredPower
  /** The release to serve; null shows the format's placeholder. */
  release_id: ReleaseId | null
  /** Rises with every change that was asked for. */
  generation: number
  /** Rises with every asked-for restart: a fresh instance of the same release. */
  restarts: number
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
  /** Plain HTTP is sent on to HTTPS. */
  https_redirect: boolean
  /** Visitors get a page that says that the site is being worked on, while the service itself runs. */
  maintenance: boolean
  /** What visitors may ask of it at once. */
  edge_class: EdgeClass
  /** Deleted together with its files, without the time of retention. */
  purge: boolean
}

/** What is true. Written by the reconciler only. */
export type ServiceStatus = {
  status: ServiceStatusWord
  status_reason: StatusReason | null
  /** The generation this status speaks of. */
  generation: number
  /** The release that visitors get now; null while nobody gets any (the placeholder counts as none). */
  serving_release_id: ReleaseId | null
  warnings: string[]
  /** Failed attempts in a row at this generation. */
  attempts: number
  /** When a failed attempt is repeated; null when only a change can help. */
  retry_at: Date | null
  updated_at: Date
}

/** Desired and observed together, with what lists need to show. */
export type Service = ServiceSpec & {
  observed: ServiceStatus
  owner: { username: string; external_id: string | null }
  release: { files_count: number; files_bytes: number; created_at: Date } | null
  /**
   * Null once it may run as it is asked for. `reason` is what is above the plan's threshold, or why it was refused. A `change_pending` runs with
   * what it has.
   */
  approval: { state: 'pending' | 'refused' | 'change_pending'; reason: string } | null
  /** The custom domains, in DNS form. */
  domains: readonly string[]
}

/** One publish: immutable but for its status. */
export type Release = {
  id: ReleaseId
  service_id: ServiceId
  team_id: TeamId
  number: number
  status: ReleaseStatus
  status_reason: StatusReason | null
  files_count: number
  files_bytes: number
  warnings: string[]
  published_by: { id: PersonId; username: string }
  created_at: Date
  live_at: Date | null
}

export type Manifest = readonly ManifestEntry[]
