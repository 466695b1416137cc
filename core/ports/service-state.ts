import type { LogLine, ReleaseStatus, StatusReason, StepEvent } from '@parcela/contract'
import type { Domain, DomainStatus } from '../model/domain.ts'
import type { ReleaseId, RunId, ServiceId, TeamId } from '../model/id.ts'
import type { Route } from '../model/route.ts'
import type { Manifest, Release, ServiceSpec, ServiceStatus } from '../model/service.ts'
import type { RecordSet } from './name-server.ts'

/** What the reconciler reads of the desired state. It works for all teams; what it answers never leaves it. */
export interface DesiredReader {
  /** Undefined once the service is purged. */
  findService(id: ServiceId): Promise<ServiceSpec | undefined>
  /** The custom domains that a service is to answer at. */
  listDomains(id: ServiceId): Promise<Domain[]>
  /** Those of all services that are not deleted. */
  listAllDomains(): Promise<Domain[]>
  findRelease(id: ReleaseId): Promise<Release | undefined>
  readManifest(id: ReleaseId): Promise<Manifest>
  /** Every service that is not purged, for the resync; those whose deletion is complete are left out. */
  listServices(): Promise<ServiceSpec[]>
  /** Those of these digests that no release, no open upload and no record of a sent content (a day old at most) refers to. */
  findUnreferencedBlobs(digests: readonly string[]): Promise<string[]>
  /** Tells of every change as it is committed, whoever made it. Ends with the returned function. */
  onChange(listener: (change: { id: ServiceId; generation: number }) => void): () => void
}

/** What is true. The reconciler is its one writer. */
export interface ObservedState {
  findStatus(id: ServiceId): Promise<ServiceStatus | undefined>
  /** The status of every service, for the resync. */
  listStatuses(): Promise<Map<ServiceId, ServiceStatus>>
  /** Writes the status and, when word, reason, releases or warnings changed, an event. */
  recordStatus(id: ServiceId, status: Omit<ServiceStatus, 'updated_at'>): Promise<void>
  recordRelease(id: ReleaseId, status: ReleaseStatus, reason: StatusReason | null): Promise<void>
  /** Marks every release of the service that is queued or building, but this one and the one that is asked for now, as superseded. */
  supersedeReleases(serviceId: ServiceId, but: ReleaseId): Promise<void>

  listRoutes(): Promise<Route[]>
  /** The routes of one service: its platform name's and its domains'. */
  listRoutesOf(serviceId: ServiceId): Promise<Route[]>
  recordRoute(route: Route): Promise<void>
  forgetRoute(host: string): Promise<void>

  listDomainStatuses(serviceId: ServiceId): Promise<DomainStatus[]>
  /** `conflict` with reason `domain_taken` when it would be verified here while another service holds it as verified. Writes an event when what people are told changes. */
  recordDomainStatus(status: DomainStatus): Promise<void>
  /** The service that holds the name as verified. */
  findDomainHolder(name: string): Promise<ServiceId | undefined>
  /** Domains whose next look is due, of services that are not deleted. */
  listDueDomains(now: Date): Promise<{ service_id: ServiceId; name: string }[]>

  /** The records that are ours, as they were last published. */
  listRecords(): Promise<RecordSet[]>
  /** Exactly these. */
  replaceRecords(records: readonly RecordSet[]): Promise<void>

  /** Removes the traces of a service whose things are gone; with `files` also its releases and the row itself. Answers digests that nothing refers to any more. */
  completeDeletion(id: ServiceId, options: { files: boolean }): Promise<string[]>
  /** Services whose deletion is complete but whose files are kept, and whose retention ended before `now`. */
  listExpired(now: Date, retentionDays: number): Promise<ServiceId[]>
}

/** What was done, when, and how long it took; each entry is also an event that the page sees at once. */
export interface Journal {
  startRun(service: { id: ServiceId; generation: number; release_id: ReleaseId | null }): Promise<RunId>
  finishRun(run: RunId, outcome: 'done' | 'failed' | 'cancelled'): Promise<void>
  startStep(run: RunId, step: string, startedAt: Date): Promise<number>
  finishStep(
    stepId: number,
    outcome: { status: 'done' | 'failed'; message: string | null },
    finishedAt: Date,
  ): Promise<void>
  /** Runs that a dead process left open are closed as failed. */
  closeAbandonedRuns(serviceId: ServiceId): Promise<void>
  listSteps(serviceId: ServiceId, releaseId?: ReleaseId): Promise<StepEvent[]>
  appendBuildLog(releaseId: ReleaseId, lines: readonly string[]): Promise<void>
  readBuildLog(releaseId: ReleaseId): Promise<LogLine[]>
}

/** Ports and subnets, each given to one holder at a time. */
export interface Leases {
  /** The port of this instance revision; the same one for the same revision. `unavailable` with reason `no_free_port` when the range is used up. */
  leasePort(serviceId: ServiceId, revision: string): Promise<number>
  /** Gives up the lease and keeps the port from being leased for an hour: something else on the host has it. */
  blockPort(port: number): Promise<void>
  /** Gives back the ports of the service but those of these revisions. */
  releasePorts(serviceId: ServiceId, options: { keep: readonly string[] }): Promise<void>
  /** The team's subnet, always the same. `unavailable` with reason `no_free_subnet` when the range is used up. */
  leaseSubnet(teamId: TeamId): Promise<string>
  blockSubnet(subnet: string): Promise<void>
  releaseSubnet(teamId: TeamId): Promise<void>
  /** Whether a service of the team, besides this one, still exists. */
  hasOtherServices(teamId: TeamId, serviceId: ServiceId): Promise<boolean>
}

/** Durable wake-ups: one per service at most is waiting, and one per service at most is being worked on. */
export interface WorkQueue {
  wake(serviceId: ServiceId, options?: { at?: Date }): Promise<void>
  /** Works on wake-ups until stopped; a handler that throws is logged and its wake-up repeated after a pause. */
  start(
    handle: (serviceId: ServiceId) => Promise<void>,
    options: { concurrency: number },
  ): Promise<{ stop(): Promise<void> }>
}
