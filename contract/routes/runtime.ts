import { z } from 'zod'
import { sha256 } from '../files/upload.ts'
import type { Route } from './route.ts'

/** As a route of the gateway, but for the reconciler alone: no person has this right. */
type RuntimeRoute = Omit<Route, 'permission'> & { permission: 'runtime' }
const defineRoute = <const R extends RuntimeRoute>(route: R): R => route

const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'is not an id')
const port = z.int().min(1).max(65_535)
const reference = z
  .string()
  .regex(
    /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    'is not the name of an image, such as parcela-a1b2/svc_1:abc',
  )
  .max(255)
const digest = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, 'is not a digest')
const mountPath = z.string().regex(/^\/[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/, 'is not an absolute path')
const subnet = z.cidrv4('is not a subnet, such as 10.208.3.0/24')
const graceSeconds = z.coerce.number().int().min(0).max(3600)

const network = z.strictObject({ team_id: id, subnet })
const upstream = z.object({ address: z.string(), port })

const health = z.object({ reachable: z.boolean(), version: z.string().nullable(), problem: z.string().nullable() })

/** An instance as the runtime sees it; times are ISO 8601. */
export const runtimeInstance = z
  .object({
    id: z.string(),
    service_id: z.string(),
    team_id: z.string(),
    release_id: z.string().nullable(),
    revision: z.string(),
    generation: z.int(),
    image: z.string(),
    state: z.enum(['created', 'running', 'stopped']),
    exit: z.object({ code: z.int(), out_of_memory: z.boolean() }).nullable(),
    upstream: upstream.nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'RuntimeInstance' })
export type RuntimeInstance = z.infer<typeof runtimeInstance>

/** What an instance should be; see InstanceSpec of core. */
export const runtimeInstanceSpec = z
  .strictObject({
    service_id: id,
    team_id: id,
    name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a DNS label'),
    release_id: id.nullable(),
    revision: z.string().regex(/^[a-z0-9]{1,64}$/, 'is not a revision'),
    generation: z.int().min(0),
    image: reference,
    container_port: port,
    host_port: port,
    ram_mb: z.int().min(6).max(4_194_304),
    cpus: z.number().min(0.01).max(256),
    pids_limit: z.int().min(1).max(1_000_000),
    env: z.record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is not a variable name'),
      z
        .string()
        .max(32_768)
        .refine(value => !value.includes('\0'), 'holds a zero byte'),
    ),
    tmpfs: z.record(mountPath, z.int().min(1).max(65_536)),
    stop_signal: z.string().regex(/^SIG[A-Z0-9+]{2,10}$/, 'is not a signal, such as SIGTERM'),
    network,
  })
  .meta({ id: 'RuntimeInstanceSpec' })
export type RuntimeInstanceSpec = z.infer<typeof runtimeInstanceSpec>

/** An image of ours, as the runtime sees it. */
export const runtimeImage = z
  .object({
    reference: z.string(),
    service_id: z.string(),
    digest: z.string(),
    created_at: z.iso.datetime(),
    size_bytes: z.int(),
  })
  .meta({ id: 'RuntimeImage' })
export type RuntimeImage = z.infer<typeof runtimeImage>

/** The name of the pax record that carries a file's SHA-256 in an uploaded build context. */
export const contextDigestRecord = 'PARCELA.sha256'

const byService = z.object({ service_id: id.optional().describe('Only of this service') })
const instance = z.object({ id })
const ndjson = 'application/x-ndjson'

/** The API of a runtime's host (API Docker, API Proxmox): the port `Runtime` over HTTP. All paths are under /v1; bearer token. */
export const runtimeRoutes = {
  checkHealth: defineRoute({
    method: 'GET',
    path: '/health',
    summary: 'Whether the engine answers',
    permission: 'runtime',
    answers: { 200: health },
  }),
  listInstances: defineRoute({
    method: 'GET',
    path: '/instances',
    summary: 'List instances in any state',
    permission: 'runtime',
    query: byService,
    answers: { 200: z.object({ items: z.array(runtimeInstance) }) },
  }),
  ensureInstance: defineRoute({
    method: 'PUT',
    path: '/instances',
    summary: 'Create and start an instance, or start the one that is there',
    permission: 'runtime',
    body: runtimeInstanceSpec,
    answers: { 200: runtimeInstance },
  }),
  stopInstance: defineRoute({
    method: 'POST',
    path: '/instances/{id}/stop',
    summary: 'Stop an instance',
    permission: 'runtime',
    params: instance,
    query: z.object({ grace_seconds: graceSeconds }),
    answers: { 204: null },
  }),
  removeInstance: defineRoute({
    method: 'DELETE',
    path: '/instances/{id}',
    summary: 'Stop and remove an instance',
    permission: 'runtime',
    params: instance,
    query: z.object({ grace_seconds: graceSeconds }),
    answers: { 204: null },
  }),
  readLogs: defineRoute({
    method: 'GET',
    path: '/instances/{id}/logs',
    summary: 'Read what an instance writes (NDJSON; an empty line now and then says that the connection lives)',
    permission: 'runtime',
    params: instance,
    query: z.object({
      lines: z.coerce.number().int().min(0).max(100_000),
      follow: z.stringbool().default(false),
    }),
    answers: { 200: null },
    answerType: ndjson,
  }),
  listImages: defineRoute({
    method: 'GET',
    path: '/images',
    summary: 'List images of services',
    permission: 'runtime',
    query: byService,
    answers: { 200: z.object({ items: z.array(runtimeImage) }) },
  }),
  findImage: defineRoute({
    method: 'GET',
    path: '/images/existing',
    summary: 'Whether an image exists',
    permission: 'runtime',
    query: z.object({ reference }),
    answers: { 200: z.object({ exists: z.boolean() }) },
  }),
  ensureImage: defineRoute({
    method: 'PUT',
    path: '/images',
    summary: 'Build an image unless it exists',
    permission: 'runtime',
    description:
      'The body is a tar: first `Dockerfile`, then the files of the context. The answer is a line of JSON per line of output, and last {"done":true} or {"error":{...}}.',
    query: z.object({ reference, digest, service_id: id.optional() }),
    bodyTypes: { 'application/x-tar': 'The Dockerfile and the build context' },
    answers: { 200: null },
    answerType: ndjson,
  }),
  removeImage: defineRoute({
    method: 'DELETE',
    path: '/images',
    summary: 'Remove an image',
    permission: 'runtime',
    query: z.object({ reference }),
    answers: { 204: null },
  }),
  listNetworks: defineRoute({
    method: 'GET',
    path: '/networks',
    summary: "List the teams' networks",
    permission: 'runtime',
    answers: { 200: z.object({ items: z.array(z.object({ team_id: z.string(), subnet: z.string() })) }) },
  }),
  ensureNetwork: defineRoute({
    method: 'PUT',
    path: '/networks/{team_id}',
    summary: "Make a team's network",
    permission: 'runtime',
    params: z.object({ team_id: id }),
    body: z.strictObject({ subnet }),
    answers: { 204: null },
  }),
  removeNetwork: defineRoute({
    method: 'DELETE',
    path: '/networks/{team_id}',
    summary: "Remove a team's network",
    permission: 'runtime',
    params: z.object({ team_id: id }),
    answers: { 204: null },
  }),
}

/** One line of the answer of `ensureImage`. */
export const buildLine = z.union([
  z.object({ line: z.string() }),
  z.object({ done: z.literal(true) }),
  z.object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      fields: z.record(z.string(), z.string()).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
])

/** The SHA-256 of a file of a build context, where the sender knows it. */
export const contextDigest = sha256
