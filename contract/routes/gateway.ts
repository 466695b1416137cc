import { z } from 'zod'
import { serviceEvent } from '../events/step-event.ts'
import { blobAnswer, createUploadRequest, sha256, uploadAnswer } from '../files/upload.ts'
import { formatList } from '../formats/format.ts'
import { createPersonRequest, meAnswer, personAnswer } from '../people/person.ts'
import { platformAnswer } from '../platform/platform.ts'
import { createReleaseRequest, releaseAnswer, releaseList, rollbackRequest } from '../releases/release.ts'
import { nameAnswer, serviceAnswer, serviceList } from '../services/service-answer.ts'
import { createServiceRequest, serviceAction, updateServiceRequest } from '../services/service-request.ts'
import { accountRoutes } from './accounts.ts'
import { auditRoutes } from './audit.ts'
import { domainRoutes } from './domains.ts'
import { edgeRoutes } from './edges.ts'
import { quotaRoutes } from './quotas.ts'
import { defineRoute } from './route.ts'
import { teamRoutes } from './teams.ts'

const serviceId = z.object({ id: z.string().describe('The id of the service') })
const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many to answer at most'),
  cursor: z.string().max(200).optional().describe('The `next` of the page before'),
})
const idempotency = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The same key with the same request is carried out once'),
})
const multipart = {
  'multipart/form-data':
    'Part `request` (the JSON document) and parts `files`: one .zip, one .tar.gz, or many files whose part filename is the relative path',
}

/** The public API (API Intermediaria): the only door. All paths are under /api/v1. */
export const gatewayRoutes = {
  ...edgeRoutes,
  ...accountRoutes,
  ...auditRoutes,
  ...domainRoutes,
  ...teamRoutes,
  ...quotaRoutes,
  getPlatform: defineRoute({
    method: 'GET',
    path: '/platform',
    summary: 'What anybody may know',
    permission: 'public',
    answers: { 200: platformAnswer },
  }),
  getMe: defineRoute({
    method: 'GET',
    path: '/me',
    summary: 'Who am I',
    permission: 'self:read',
    answers: { 200: meAnswer },
  }),
  createPerson: defineRoute({
    method: 'POST',
    path: '/people',
    summary: 'Make a person known',
    permission: 'platform:admin',
    body: createPersonRequest,
    answers: { 201: personAnswer },
  }),
  listFormats: defineRoute({
    method: 'GET',
    path: '/formats',
    summary: 'What can be asked for',
    permission: 'self:read',
    answers: { 200: formatList },
  }),
  getName: defineRoute({
    method: 'GET',
    path: '/names/{name}',
    summary: 'Whether a name is free',
    permission: 'service:create',
    params: z.object({ name: z.string().max(200) }),
    answers: { 200: nameAnswer },
  }),
  createService: defineRoute({
    method: 'POST',
    path: '/services',
    summary: 'Ask for a service',
    permission: 'service:create',
    description:
      'Answers at once; follow the work with GET /services/{id}/events. Without files a web service shows a placeholder page until the first publish.',
    headers: idempotency,
    body: createServiceRequest,
    bodyTypes: multipart,
    answers: { 202: serviceAnswer },
  }),
  listServices: defineRoute({
    method: 'GET',
    path: '/services',
    summary: 'List services',
    permission: 'service:read',
    query: page,
    answers: { 200: serviceList },
  }),
  getService: defineRoute({
    method: 'GET',
    path: '/services/{id}',
    summary: 'Read a service',
    permission: 'service:read',
    params: serviceId,
    answers: { 200: serviceAnswer },
  }),
  updateService: defineRoute({
    method: 'PATCH',
    path: '/services/{id}',
    summary: 'Change resources or settings',
    permission: 'service:manage',
    params: serviceId,
    body: updateServiceRequest,
    answers: { 202: serviceAnswer },
  }),
  deleteService: defineRoute({
    method: 'DELETE',
    path: '/services/{id}',
    summary: 'Delete a service',
    permission: 'service:delete',
    params: serviceId,
    description:
      'Container, image, network, route and record go at once. Its files are kept for the retention time, unless `purge` is true.',
    query: z.object({
      purge: z.stringbool('must be true or false').default(false).describe('Delete the files at once, too'),
    }),
    answers: { 202: serviceAnswer },
  }),
  streamEvents: defineRoute({
    method: 'GET',
    path: '/services/{id}/events',
    summary: 'Follow the work (SSE)',
    permission: 'service:read',
    params: serviceId,
    description: 'Server-sent events, from the first event on or after `Last-Event-ID`.',
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
    }),
    answers: { 200: serviceEvent },
    answerType: 'text/event-stream',
  }),
  listReleases: defineRoute({
    method: 'GET',
    path: '/services/{id}/releases',
    summary: 'History',
    permission: 'service:read',
    params: serviceId,
    query: page,
    answers: { 200: releaseList },
  }),
  createRelease: defineRoute({
    method: 'POST',
    path: '/services/{id}/releases',
    summary: 'Publish files',
    permission: 'service:deploy',
    params: serviceId,
    headers: idempotency,
    body: createReleaseRequest,
    bodyTypes: multipart,
    answers: { 202: releaseAnswer },
  }),
  rollback: defineRoute({
    method: 'POST',
    path: '/services/{id}/rollback',
    summary: 'Return to an earlier release',
    permission: 'service:deploy',
    params: serviceId,
    body: rollbackRequest,
    answers: { 202: serviceAnswer },
  }),
  actOnService: defineRoute({
    method: 'POST',
    path: '/services/{id}/actions/{action}',
    summary: 'Start, stop or restart',
    permission: 'service:manage',
    params: serviceId.extend({ action: serviceAction }),
    answers: { 202: serviceAnswer },
  }),
  streamLogs: defineRoute({
    method: 'GET',
    path: '/services/{id}/logs',
    summary: 'Read logs (NDJSON)',
    permission: 'service:read',
    params: serviceId,
    query: z.object({
      kind: z.enum(['build', 'runtime']).default('runtime'),
      follow: z.stringbool('must be true or false').default(false),
      lines: z.coerce.number().int().min(1).max(10_000).default(500).describe('How many of the last lines'),
    }),
    answers: { 200: null },
    answerType: 'application/x-ndjson',
  }),
  createUpload: defineRoute({
    method: 'POST',
    path: '/uploads',
    summary: 'Announce files by digest',
    permission: 'service:deploy',
    body: createUploadRequest,
    answers: { 201: uploadAnswer },
  }),
  putBlob: defineRoute({
    method: 'PUT',
    path: '/blobs/{sha256}',
    summary: 'Send one missing file',
    permission: 'service:deploy',
    params: z.object({ sha256 }),
    bodyTypes: { 'application/octet-stream': 'The content of the file' },
    answers: { 200: blobAnswer, 201: blobAnswer },
  }),
}
