import type {
  DomainStatusWord,
  Language,
  QuotaLimits,
  ReleaseStatus,
  SelfService,
  ServiceEvent,
  ServiceStatusWord,
  ServiceType,
  StatusReason,
  StepEvent,
  TeamRole,
} from '@parcela/contract'
import type {
  Approval,
  ApprovalId,
  AuditOutcome,
  AuditThrough,
  CertificateAttempt,
  DesiredPower,
  EdgeClass,
  EdgeId,
  InvitationId,
  NodeId,
  PersonId,
  PlanId,
  RecordSet,
  ReleaseId,
  Resources,
  Route,
  RunId,
  ServiceId,
  TeamId,
  UploadId,
} from '@parcela/core'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** bigint and numeric arrive as text; `Number` them where they are read. */
type BigNumber = ColumnType<string, number | string, number | string>
/** A list in a jsonb column, written with `JSON.stringify`. */
type Json<T extends object | null> = JSONColumnType<T, string | null, string | null>

/** The tables of state/migrations, as their queries see them. */
export type Schema = {
  teams: {
    id: TeamId
    name: string
    created_at: Date
    edge_class: Generated<EdgeClass>
    /** The default plan unless told otherwise. */
    plan_id: Generated<PlanId>
    overrides: ColumnType<Partial<QuotaLimits>, string | undefined, string>
    made_by: ColumnType<PersonId | null, PersonId | undefined, never>
    slug: ColumnType<string | null, string | undefined, string>
  }
  plans: {
    id: PlanId
    name: string
    limits: ColumnType<QuotaLimits, string, string>
    self_service: ColumnType<SelfService, string, string>
    edge_class: EdgeClass
    is_default: boolean
    created_at: Date
  }
  team_uploads: { team_id: TeamId; day: string; uploads: number }
  nodes: {
    id: NodeId
    kind: ServiceType
    cpus: number
    ram_mb: number
    storage_gb: number
    overcommit_cpus: Generated<number>
    overcommit_ram_mb: Generated<number>
    overcommit_storage_gb: Generated<number>
    updated_at: Date
  }
  approvals: {
    id: ApprovalId
    service_id: ServiceId
    kind: Approval['kind']
    status: Approval['status']
    storage_gb: number
    ram_mb: number
    cpus: number
    current: Json<Resources | null>
    given: ColumnType<Resources | null, undefined, string>
    /** What is above the threshold. */
    over_threshold: string[]
    requested_by: PersonId
    requested_at: Date
    decided_by: ColumnType<PersonId | null, undefined, PersonId>
    decided_at: ColumnType<Date | null, undefined, Date>
    reason: ColumnType<string | null, undefined, string>
    asked_told_at: ColumnType<Date | null, undefined, Date>
    decided_told_at: ColumnType<Date | null, undefined, Date>
  }
  people: {
    id: PersonId
    team_id: TeamId
    external_id: string | null
    username: string
    email: string | null
    name: string
    is_administrator: boolean
    account_id: string | null
    language: ColumnType<Language | null, Language | null | undefined, Language>
    disabled_at: ColumnType<Date | null, Date | null | undefined, Date | null>
    created_at: Date
  }
  invitations: {
    id: InvitationId
    team_id: TeamId
    role: TeamRole
    email: string | null
    token_hash: string
    invited_by: PersonId | null
    created_at: Date
    expires_at: Date
    accepted_at: ColumnType<Date | null, Date | undefined, Date>
    accepted_by: ColumnType<PersonId | null, PersonId | undefined, PersonId>
    revoked_at: ColumnType<Date | null, Date | undefined, Date>
  }
  team_members: { team_id: TeamId; person_id: PersonId; role: TeamRole; since: Generated<Date> }
  services: {
    id: ServiceId
    team_id: TeamId
    owner_id: PersonId
    name: string
    service_type: ServiceType
    service_format: string
    storage_gb: number
    ram_mb: number
    cpus: number
    additional_requirements: Json<Record<string, unknown>>
    power: DesiredPower
    release_id: ReleaseId | null
    generation: number
    restarts: Generated<number>
    purge: Generated<boolean>
    https_redirect: Generated<boolean>
    maintenance: Generated<boolean>
    created_at: Date
    updated_at: Date
    deleted_at: Date | null
    gone_at: Date | null
    node_id: ColumnType<NodeId | null, NodeId | null | undefined, NodeId | null>
    approval: ColumnType<'pending' | 'refused' | null, 'pending' | null | undefined, 'pending' | 'refused' | null>
    approval_reason: ColumnType<string | null, string | null | undefined, string | null>
    reserved_storage_gb: Generated<number>
    reserved_ram_mb: Generated<number>
    reserved_cpus: Generated<number>
  }
  releases: {
    id: ReleaseId
    service_id: ServiceId
    team_id: TeamId
    number: number
    status: ReleaseStatus
    status_reason: Json<StatusReason | null>
    files_count: number
    files_bytes: BigNumber
    warnings: Json<string[]>
    published_by: PersonId
    created_at: Date
    live_at: Date | null
  }
  release_files: { release_id: ReleaseId; path: string; sha256: string; size: BigNumber }
  uploads: { id: UploadId; team_id: TeamId; person_id: PersonId; created_at: Date; expires_at: Date }
  upload_files: { upload_id: UploadId; path: string; sha256: string; size: BigNumber }
  sent_blobs: { person_id: PersonId; sha256: string; size: BigNumber; expires_at: Date }
  idempotency_keys: {
    person_id: PersonId
    key: string
    fingerprint: string
    service_id: ServiceId | null
    release_id: ReleaseId | null
    created_at: Date
  }
  service_status: {
    service_id: ServiceId
    status: ServiceStatusWord
    status_reason: Json<StatusReason | null>
    generation: number
    serving_release_id: ReleaseId | null
    warnings: Json<string[]>
    attempts: Generated<number>
    retry_at: Date | null
    updated_at: Date
  }
  routes: {
    service_id: ServiceId
    host: string
    state: Route['state']
    upstream_address: string | null
    upstream_port: number | null
    release_id: ReleaseId | null
    redirect_to: string | null
    https_redirect: Generated<boolean>
    hsts: Generated<boolean>
    edge_class: Generated<EdgeClass>
  }
  domains: { service_id: ServiceId; name: string; redirect_to: string | null; proof: string; created_at: Date }
  domain_status: {
    service_id: ServiceId
    name: string
    status: DomainStatusWord
    status_reason: Json<StatusReason | null>
    verified_at: Date | null
    checked_at: Date | null
    next_check_at: Date | null
    attempts: number
  }
  dns_records: { name: string; type: RecordSet['type']; ttl: number; record_values: readonly string[] }
  certificate_attempts: {
    id: Generated<string>
    names: readonly string[]
    outcome: CertificateAttempt['outcome']
    is_failed_validation: boolean
    retry_after: Date | null
    reason: Json<StatusReason | null>
    at: Date
  }
  certificates: {
    names: readonly string[]
    not_before: Date
    not_after: Date
    serial: string
    warned_at: Date | null
  }
  traffic_minutes: { service_id: ServiceId; minute: Date; requests: number[]; bytes: BigNumber; latencies: number[] }
  traffic_hours: { service_id: ServiceId; hour: Date; requests: number[]; bytes: BigNumber; latencies: number[] }
  traffic_positions: { edge: string; position: string; updated_at: Date }
  runs: {
    id: RunId
    service_id: ServiceId
    generation: number
    release_id: ReleaseId | null
    outcome: 'done' | 'failed' | 'cancelled' | null
    started_at: Date
    finished_at: Date | null
  }
  steps: {
    id: Generated<string>
    run_id: RunId
    step: string
    status: StepEvent['status']
    message: string | null
    started_at: Date
    finished_at: Date | null
  }
  build_log: { id: Generated<string>; release_id: ReleaseId; lines: string[]; written_at: Date }
  events: { id: Generated<string>; service_id: ServiceId; event: Json<ServiceEvent>; created_at: Generated<Date> }
  audit: {
    seq: BigNumber
    at: Date
    actor_id: string | null
    actor_username: string | null
    through: AuditThrough
    through_id: string | null
    address: string | null
    user_agent: string | null
    request_id: string | null
    action: string
    object_type: string | null
    object_id: string | null
    team_id: string | null
    outcome: AuditOutcome
    status: number | null
    error_code: string | null
    before: Json<Record<string, unknown> | null>
    after: Json<Record<string, unknown> | null>
    previous: string
    hash: string
  }
  audit_checkpoints: { seq: BigNumber; hash: string; removed: BigNumber; made_at: Date }
  secrets: { name: string; envelope: string; updated_at: Date }
  secret_check: { only: Generated<boolean>; envelope: string }
  edges: {
    id: EdgeId
    name: string
    token_hash: string
    created_at: Date
    seen_at: Date | null
    applied_version: BigNumber | null
    problem: string | null
  }
  kept_names: { name: string; team_id: TeamId; until: Date | null }
  edge_version: { is_only: Generated<boolean>; version: BigNumber }
  port_leases: { port: number; service_id: ServiceId; revision: string; leased_at: Date }
  blocked_ports: { port: number; blocked_until: Date }
  subnet_leases: { subnet: string; team_id: TeamId; leased_at: Date }
  blocked_subnets: { subnet: string; blocked_until: Date }
}
