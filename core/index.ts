export {
  type AuditEntry,
  type AuditOutcome,
  type AuditRow,
  type AuditThrough,
  auditGenesis,
  canonicalAuditText,
} from './model/audit.ts'
export {
  aliasNotAlone,
  canonicalIPv6,
  checkAliases,
  checkRecordSet,
  checkValidation,
  parseCaa,
} from './model/check-record-set.ts'
export { deriveStatus } from './model/derive-status.ts'
export type { Domain, DomainStatus } from './model/domain.ts'
export { isDomainName, isWithin, zoneOf } from './model/domain-name.ts'
export {
  type ApprovalId,
  createId,
  type EdgeId,
  type InvitationId,
  type NodeId,
  type PersonId,
  type PlanId,
  type ReleaseId,
  type RunId,
  type ServiceId,
  type TeamId,
  type UploadId,
} from './model/id.ts'
export type { Image, Instance, InstanceSpec, TeamNetwork } from './model/instance.ts'
export { describeKeptName } from './model/kept-name.ts'
export { includesScope, rights } from './model/permission.ts'
export {
  type Approval,
  allowedOf,
  type CountedResource,
  capacityExceeded,
  findExcess,
  findOverThreshold,
  increaseOf,
  type Node,
  type Plan,
  placeOn,
  type QuotaUse,
  quotaExceeded,
  requireStorageFor,
  type TeamQuota,
  useOf,
} from './model/quota.ts'
export {
  defaultPolicy,
  type EdgeClass,
  isSameRoute,
  leadsToInstance,
  type Route,
  type RoutePolicy,
} from './model/route.ts'
export type {
  DesiredPower,
  Manifest,
  Release,
  Resources,
  Service,
  ServiceSpec,
  ServiceStatus,
} from './model/service.ts'
export type { Member, Membership, Team } from './model/team.ts'
export { latencyBoundsMs, type TrafficFigures } from './model/traffic.ts'
export { type CertificateDecision, decideCertificate, type WaitReason } from './plan/decide-certificate.ts'
export { type DomainFinding, judgeDomain, proofName } from './plan/judge-domain.ts'
export type { SeenDomain } from './plan/plan-domains.ts'
export { findRoute, planService, type Seen, type Wanted } from './plan/plan-service.ts'
export { type Shown, type Site, siteRoute } from './plan/site-route.ts'
export { type DomainStep, isDomainStep, isTidying, type ParkedState, type Step } from './plan/step.ts'
export type { ApprovalNotice, Approvals } from './ports/approvals.ts'
export type { AuditCheck, AuditFilter, AuditTrail } from './ports/audit.ts'
export type { CertificateAttempt, CertificateBook, CertificateFacts } from './ports/certificate-book.ts'
export type { CertificateIssuer, Challenge, IssuedCertificate, IssuerLimits } from './ports/certificate-issuer.ts'
export type { Clock } from './ports/clock.ts'
export type {
  DesiredState,
  Idempotency,
  NameLook,
  NewRelease,
  NewService,
  Page,
  Paged,
  Requester,
  TeamScope,
} from './ports/desired-state.ts'
export type { Edge, EdgeCertificate } from './ports/edge.ts'
export type { Edges, RegisteredEdge } from './ports/edges.ts'
export type { EventStream, StoredEvent } from './ports/events.ts'
export type { FileHold, FileStore, FindUnreferenced } from './ports/file-store.ts'
export type { Invitation, Invitations, NewInvitation } from './ports/invitations.ts'
export type { Looked, NameLookup } from './ports/name-lookup.ts'
export type { NameServer, NameServerHealth, RecordSet } from './ports/name-server.ts'
export type { NewPerson, People, Person } from './ports/people.ts'
export type { PersonalData, PersonalServices } from './ports/personal-data.ts'
export type { NewPlan, Quotas } from './ports/quotas.ts'
export type { BuildRequest, ContextFile, Runtime, RuntimeHealth } from './ports/runtime.ts'
export type { SecretName, SecretRotation, SecretStore } from './ports/secrets.ts'
export type { ServiceLogs } from './ports/service-logs.ts'
export type { DesiredReader, Journal, Leases, ObservedState, WorkQueue } from './ports/service-state.ts'
export type { Teams } from './ports/teams.ts'
export type { TrafficLog, TrafficReader, TrafficRecorder } from './ports/traffic.ts'
