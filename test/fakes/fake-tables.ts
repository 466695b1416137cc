import type { LogLine, ServiceEvent } from '@parcela/contract'
import {
  type CertificateAttempt,
  type CertificateFacts,
  type Clock,
  createId,
  type Domain,
  type DomainStatus,
  type Manifest,
  type RecordSet,
  type Release,
  type ReleaseId,
  type Route,
  type RunId,
  type ServiceId,
  type ServiceSpec,
  type ServiceStatus,
} from '@parcela/core'

export type RunRow = {
  id: RunId
  service_id: ServiceId
  generation: number
  release_id: ReleaseId | null
  outcome: 'done' | 'failed' | 'cancelled' | null
}

export type StepRow = {
  id: number
  run_id: RunId
  step: string
  status: 'running' | 'done' | 'failed'
  message: string | null
  started_at: Date
  finished_at: Date | null
}

export type EventRow = { id: number; service_id: ServiceId; event: ServiceEvent }

/** What a database would hold. Rows are copied on their way in and out, as they would be there. */
export type FakeTables = ReturnType<typeof createFakeTables>

export const createFakeTables = (clock: Clock) => {
  let sequence = 0
  const nextNumber = (): number => {
    sequence += 1
    return sequence
  }
  const events: EventRow[] = []
  return {
    clock,
    services: new Map<ServiceId, ServiceSpec>(),
    /** When the removal of a deleted service's things was complete. */
    completed: new Map<ServiceId, Date>(),
    releases: new Map<ReleaseId, Release>(),
    manifests: new Map<ReleaseId, Manifest>(),
    statuses: new Map<ServiceId, ServiceStatus>(),
    /** By host. */
    routes: new Map<string, Route>(),
    domains: new Map<string, Domain>(),
    domainStatuses: new Map<string, DomainStatus>(),
    records: [] as RecordSet[],
    certificates: new Map<string, CertificateFacts>(),
    attempts: [] as CertificateAttempt[],
    runs: new Map<RunId, RunRow>(),
    steps: new Map<number, StepRow>(),
    buildLogs: new Map<ReleaseId, LogLine[]>(),
    events,
    nextNumber,
    /** Ids that sort in the order they were made, also within one millisecond. */
    newId: <P extends Parameters<typeof createId>[0]>(prefix: P) =>
      createId(prefix, clock.now().getTime(), counted(nextNumber())),
    addEvent: (serviceId: ServiceId, event: ServiceEvent): void => {
      events.push({ id: nextNumber(), service_id: serviceId, event: structuredClone(event) })
    },
  }
}

/** The key of one service's domain. */
export const domainKey = ({ service_id, name }: { service_id: ServiceId; name: string }): string =>
  `${service_id} ${name}`

const counted = (value: number): Uint8Array => {
  const bytes = new Uint8Array(16)
  for (let rest = value, at = 15; rest > 0 && at >= 0; at -= 1) {
    bytes[at] = rest % 32
    rest = Math.floor(rest / 32)
  }
  return bytes
}
