import { randomBytes } from 'node:crypto'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import { gatewayRoutes } from '@parcela/contract'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { createSessionHandlers } from './accounts/session-handlers.ts'
import { createUpdateMe } from './accounts/update-me.ts'
import { createApprovalHandlers } from './approvals/approval-handlers.ts'
import { createApprovalTeller } from './approvals/tell-approvals.ts'
import { createAuditHandlers } from './audit/audit-handlers.ts'
import { createAuditReaders } from './audit/audit-readers.ts'
import { createAuditRequests } from './audit/audit-requests.ts'
import { auditSignIn } from './audit/audit-sign-in.ts'
import { createAuditDesk } from './audit/create-audit-desk.ts'
import { createRotateSecrets } from './audit/rotate-secrets.ts'
import { createAdmitAnybody } from './callers/admit-anybody.ts'
import { createAuthenticate } from './callers/authenticate.ts'
import { createAuthorize } from './callers/authorize.ts'
import type { Caller } from './callers/caller.ts'
import { createExplainRefusal } from './callers/explain-refusal.ts'
import { createKeyCache } from './callers/key-cache.ts'
import { createReadDns } from './dns/read-dns.ts'
import { describeRoutes, serveDocumentation } from './documentation/serve-documentation.ts'
import { createDomainHandlers } from './domains/domain-handlers.ts'
import { createEdgeHandlers } from './edges/edge-handlers.ts'
import { serveEdgeSnapshots } from './edges/serve-edge-snapshots.ts'
import { handleErrors, sendError } from './errors/handle-errors.ts'
import { createListFormats } from './formats/list-formats.ts'
import { createAnswerBrokenRequest } from './http/answer-broken-request.ts'
import { limitAddresses } from './http/limit-addresses.ts'
import { requireStorableText } from './http/require-storable-text.ts'
import { secureHeaders } from './http/secure-headers.ts'
import { servePage } from './http/serve-page.ts'
import { serveProbes } from './http/serve-probes.ts'
import { createAdmission } from './identity/admission.ts'
import { createAttempts } from './identity/attempts.ts'
import { createIdentity } from './identity/create-identity.ts'
import { createMailTurns } from './identity/mail-turns.ts'
import { mountIdentity } from './identity/mount-identity.ts'
import { createRequireDatabase } from './identity/require-database.ts'
import { createInvitationHandlers } from './invitations/invitation-handlers.ts'
import { createKeyHandlers } from './keys/key-handlers.ts'
import { createMailer } from './mail/create-mailer.ts'
import { createCreatePerson } from './people/create-person.ts'
import { createEnsurePerson } from './people/ensure-person.ts'
import { createPersonHandlers } from './people/person-handlers.ts'
import { createReadMe } from './people/read-me.ts'
import { createEraseMe } from './personal-data/erase-me.ts'
import { createExportMe } from './personal-data/export-me.ts'
import { createRequireProof } from './personal-data/require-proof.ts'
import { createReadPlatform } from './platform/read-platform.ts'
import type { GatewayPorts } from './ports.ts'
import { createQuotaHandlers } from './quotas/quota-handlers.ts'
import { createReleaseHandlers } from './releases/release-handlers.ts'
import { registerRoutes } from './routes/register-routes.ts'
import { requireContract } from './routes/require-contract.ts'
import { createAskForService } from './services/ask-for-service.ts'
import { createServiceHandlers } from './services/service-handlers.ts'
import { createStreamEvents } from './streams/stream-events.ts'
import { createStreamLogs } from './streams/stream-logs.ts'
import { createWatchAccess } from './streams/watch-access.ts'
import { createMoveService } from './teams/move-service.ts'
import { createTeamHandlers } from './teams/team-handlers.ts'
import { createReadTraffic } from './traffic/read-traffic.ts'
import { createUploadHandlers } from './uploads/upload-handlers.ts'

/**
 * The API Intermediaria: the only door. Authenticates, validates, records desired state and streams what becomes of it. The answer is ready to
 * listen, on a unix socket behind the edge: it believes one `X-Forwarded-For` hop.
 */
export const createGateway = async (ports: GatewayPorts): Promise<FastifyInstance> => {
  const { people, teams, settings, clock, log, health } = ports
  const app = fastify({
    logger: false,
    trustProxy: (_address, hop) => hop === 0,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: false },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // An upload may take its time; what is slow without sending anything is ended by the edge.
    requestTimeout: 0,
    genReqId: newRequestId,
    clientErrorHandler: createAnswerBrokenRequest(newRequestId),
    frameworkErrors: (error, request, reply) => {
      sendError(error, request as unknown as FastifyRequest, reply as unknown as FastifyReply, log)
    },
  })
  acceptEmptyJson(app)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  handleErrors(app, log)
  const stopping = stopSignal(app)

  await secureHeaders(app, settings.panelUrl)
  await app.register(rateLimit, { global: false })
  limitAddresses(app)
  requireStorableText(app)
  await app.register(multipart)
  await describeRoutes(app, settings.panelUrl)
  requireContract(app)

  const ensurePerson = createEnsurePerson(people)
  const mailer = settings.mail && createMailer(settings.mail, log)
  const teller = createApprovalTeller({ ...ports, mailer, panelUrl: settings.panelUrl })
  // What was asked while the gateway before this one was ending.
  app.addHook('onReady', async () => teller.tell())
  app.addHook('onClose', async () => {
    await teller.close()
    await mailer?.close()
  })
  const identity = createIdentity({ ...ports, ensurePerson, admission: createAdmission(ports), mailer })
  const requireDatabase = createRequireDatabase(people)
  const keys = createKeyCache({ clock })
  const authenticate = createAuthenticate({ identity, people, teams, ensurePerson, requireDatabase, keys })
  const callers = new WeakMap<FastifyRequest, Caller>()
  const authorize = createAuthorize({ app, authenticate, panelUrl: settings.panelUrl, callers })

  serveProbes({ app, authorize, health })
  const desk = createAuditDesk(ports)
  const auditRequests = createAuditRequests({
    ...ports,
    app,
    callers,
    desk,
    readers: createAuditReaders({ ...ports, identity }),
  })
  auditSignIn({ ...ports, app, identity, ensurePerson, requireDatabase, desk })
  const attempts = createAttempts({ clock })
  const mailTurns = createMailTurns({ clock })
  await mountIdentity({ app, identity, keys, attempts, mailTurns, requireDatabase, panelUrl: settings.panelUrl })
  const admitAnybody = createAdmitAnybody(app)
  const explainRefusal = createExplainRefusal(ports)
  const watchAccess = createWatchAccess({ ...ports, authenticate })
  await registerRoutes({ app, authorize, admitAnybody, explainRefusal, auditRequests, stopping, log }, gatewayRoutes, {
    getPlatform: createReadPlatform(ports),
    getMe: createReadMe(ports),
    updateMe: createUpdateMe(ports),
    createPerson: createCreatePerson({ people, identity }),
    ...createPersonHandlers({ people, identity, keys, settings }),
    ...createKeyHandlers({ ...ports, identity, keys }),
    ...createSessionHandlers({ identity, people }),
    ...createInvitationHandlers({ ...ports, identity, mailer }),
    listFormats: createListFormats(ports),
    createService: createAskForService({ ...ports, teller }),
    ...createServiceHandlers({ ...ports, teller }),
    ...createDomainHandlers(ports),
    readTraffic: createReadTraffic(ports),
    readDns: createReadDns(ports),
    ...createReleaseHandlers(ports),
    streamEvents: createStreamEvents({ ...ports, watchAccess }),
    streamLogs: createStreamLogs({ ...ports, watchAccess }),
    ...createUploadHandlers(ports),
    ...createAuditHandlers(ports),
    rotateSecrets: createRotateSecrets(ports),
    ...createEdgeHandlers(ports),
    ...createTeamHandlers(ports),
    moveService: createMoveService(ports),
    ...createQuotaHandlers(ports),
    ...createApprovalHandlers({ ...ports, teller }),
    exportMe: createExportMe(ports),
    eraseMe: createEraseMe({ ...ports, keys, requireProof: createRequireProof({ ...ports, identity, attempts }) }),
  })
  serveEdgeSnapshots(app, { ...ports, stopping })
  serveDocumentation(app)
  await servePage(app, settings.webFolder)
  return app
}

const newRequestId = (): string => `req_${randomBytes(9).toString('base64url')}`

/** Some clients announce JSON with every request, also with those that have no body. */
const acceptEmptyJson = (app: FastifyInstance): void => {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && !request.routeOptions.config.route?.body) done(null)
    else parseJson(request, String(body), done)
  })
}

/** Open streams would keep a stopping gateway alive for ever. */
const stopSignal = (app: FastifyInstance): AbortSignal => {
  const stopping = new AbortController()
  app.addHook('preClose', async () => stopping.abort())
  return stopping.signal
}
