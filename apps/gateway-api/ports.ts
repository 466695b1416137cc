import type { FormatManifest } from '@parcela/contract'
import type {
  Approvals,
  AuditTrail,
  Clock,
  DesiredState,
  Edges,
  EventStream,
  FileStore,
  Invitations,
  Journal,
  ObservedState,
  People,
  PersonalData,
  Quotas,
  SecretRotation,
  ServiceLogs,
  Teams,
  TrafficReader,
} from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { EdgeSnapshots } from './edges/sign-snapshots.ts'
import type { IdentityDatabase } from './identity/create-identity.ts'
import type { GatewaySettings } from './settings.ts'

/** Whether the platform can do its work; `checks` names each part and says what is wrong with it, or null. */
export type Readiness = { ok: boolean; checks: Record<string, string | null> }

/** Everything that the gateway is handed; it never makes any of it. */
export type GatewayPorts = {
  desired: DesiredState
  events: EventStream
  journal: Pick<Journal, 'readBuildLog' | 'listSteps'>
  logs: ServiceLogs
  traffic: TrafficReader
  observed: Pick<ObservedState, 'listRecords'>
  people: People
  teams: Teams
  quotas: Quotas
  approvals: Approvals
  personalData: PersonalData
  invitations: Invitations
  files: FileStore
  audit: AuditTrail
  secrets: SecretRotation
  edges: Edges
  edgeSnapshots: EdgeSnapshots
  /** Format id -> what can be asked for. */
  catalog: ReadonlyMap<string, FormatManifest>
  identity: IdentityDatabase
  settings: GatewaySettings
  clock: Clock
  log: Log
  health: () => Promise<Readiness>
}
