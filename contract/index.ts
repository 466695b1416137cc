export { emailAddress, findEmailProblem } from './accounts/email-address.ts'
export { passwordLength } from './accounts/password-length.ts'
export { type SessionAnswer, sessionAnswer, sessionList } from './accounts/session.ts'
export {
  type ApprovalAnswer,
  type ApprovalStatus,
  approvalAnswer,
  approvalList,
  approvalStatus,
  approveRequest,
  refuseRequest,
} from './approvals/approval.ts'
export {
  type AuditAnswer,
  type AuditCheckAnswer,
  auditAnswer,
  auditCheck,
  auditFilter,
  auditList,
} from './audit/audit.ts'
export { type DnsAnswer, type DnsRecord, dnsAnswer } from './dns/dns.ts'
export {
  addDomainRequest,
  type DomainAnswer,
  type DomainRecord,
  type DomainStatusWord,
  domainAnswer,
  domainList,
  domainStatus,
} from './domains/domain.ts'
export { type DomainName, describeDomainName, domainName } from './domains/domain-name.ts'
export {
  type CreatedEdge,
  createdEdge,
  createEdgeRequest,
  type EdgeAnswer,
  type EdgeSnapshot,
  edgeAnswer,
  edgeList,
  edgeReport,
  edgeSnapshot,
  type SignedEdgeSnapshot,
  signedEdgeSnapshot,
} from './edges/edge.ts'
export { AppError, type ErrorDetails, invalidFields, toAppError } from './errors/app-error.ts'
export { type ErrorAnswer, errorAnswer, errorAnswerOf } from './errors/error-answer.ts'
export { type ErrorCode, errorCode, errorCodes } from './errors/error-code.ts'
export {
  type DomainEvent,
  domainEvent,
  type LogLine,
  logLine,
  type ServiceEvent,
  type StatusEvent,
  type StepEvent,
  serviceEvent,
  statusEvent,
  stepEvent,
} from './events/step-event.ts'
export { collisionKey, findPathProblem } from './files/file-path.ts'
export {
  blobAnswer,
  createUploadRequest,
  type ManifestEntry,
  manifestEntry,
  sha256,
  type UploadAnswer,
  uploadAnswer,
} from './files/upload.ts'
export { type FormatAnswer, formatAnswer, formatList } from './formats/format.ts'
export type { ContainerRecipe, FormatManifest } from './formats/format-manifest.ts'
export {
  type CreatedInvitationAnswer,
  type InvitationAnswer,
  type InvitationViewAnswer,
  invitationAnswer,
} from './invitations/invitation.ts'
export { type KeyAnswer, type KeyLimits, type KeyScope, keyAnswer, keyScope, readKeyLimits } from './keys/key.ts'
export { type Language, language } from './people/language.ts'
export {
  createPersonRequest,
  type MeAnswer,
  meAnswer,
  type PersonDetails,
  personAnswer,
  personDetails,
  personList,
  type ResetLinkAnswer,
  resetLinkAnswer,
  updateMeRequest,
  updatePersonRequest,
  username,
} from './people/person.ts'
export { type PlatformAnswer, platformAnswer } from './platform/platform.ts'
export { type NodeAnswer, nodeAnswer, nodeList, updateNodeRequest } from './quotas/node.ts'
export {
  type CreatePlanRequest,
  createPlanRequest,
  type PlanAnswer,
  planAnswer,
  planList,
  type QuotaLimits,
  type QuotaResource,
  quotaLimits,
  type SelfService,
  selfService,
  updatePlanRequest,
} from './quotas/plan.ts'
export { type QuotaAnswer, quotaAnswer, setQuotaRequest } from './quotas/quota.ts'
export {
  createReleaseRequest,
  type ReleaseAnswer,
  type ReleaseStatus,
  releaseAnswer,
  releaseList,
  releaseStatus,
  rollbackRequest,
} from './releases/release.ts'
export { gatewayRoutes } from './routes/gateway.ts'
export { defineRoute, type Permission, type Route } from './routes/route.ts'
export {
  buildLine,
  contextDigest,
  contextDigestRecord,
  type RuntimeImage,
  type RuntimeInstance,
  type RuntimeInstanceSpec,
  runtimeImage,
  runtimeInstance,
  runtimeInstanceSpec,
  runtimeRoutes,
} from './routes/runtime.ts'
export { type RotationAnswer, rotationAnswer } from './secrets/secret.ts'
export {
  type NameAnswer,
  nameAnswer,
  type ServiceAnswer,
  serviceAnswer,
  serviceList,
} from './services/service-answer.ts'
export { reservedNames, serviceName, suggestServiceName } from './services/service-name.ts'
export {
  additionalRequirements,
  type CreateServiceRequest,
  cpus,
  createServiceRequest,
  ramMb,
  resourceLimits,
  type ServiceAction,
  type ServiceType,
  serviceAction,
  serviceType,
  storageGb,
  type UpdateServiceRequest,
  updateServiceRequest,
} from './services/service-request.ts'
export { type ServiceStatusWord, type StatusReason, serviceStatus, statusReason } from './services/service-status.ts'
export { eraseMeRequest } from './teams/personal-data.ts'
export {
  addMemberRequest,
  createTeamRequest,
  type MemberAnswer,
  memberAnswer,
  memberList,
  moveServiceRequest,
  type TeamAnswer,
  type TeamRole,
  teamAnswer,
  teamList,
  teamRole,
  updateMemberRequest,
  updateTeamRequest,
} from './teams/team.ts'
export { teamName, teamSlug } from './teams/team-name.ts'
export { type TrafficAnswer, type TrafficPoint, trafficAnswer } from './traffic/traffic.ts'
