import { z } from 'zod'

const time = z.iso.datetime()

/** Another host that serves the same sites: what it last said of itself. */
export const edgeAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    created_at: time,
    /** Null until it asked for the first time. */
    seen_at: time.nullable(),
    /** The version of the routes and certificates that it serves. */
    applied_version: z.int().nullable(),
    /** The version that it should serve. */
    current_version: z.int(),
    problem: z.string().nullable(),
  })
  .meta({ id: 'Edge' })
export type EdgeAnswer = z.infer<typeof edgeAnswer>

export const edgeList = z.object({ items: z.array(edgeAnswer), next: z.string().nullable() }).meta({ id: 'EdgeList' })

export const createEdgeRequest = z
  .strictObject({
    name: z
      .string('must be text')
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a word of letters a-z, digits and hyphens'),
  })
  .meta({ id: 'CreateEdge' })

/** The token is shown this once. */
export const createdEdge = edgeAnswer
  .extend({
    token: z.string(),
    /** What the edge checks snapshots with: an Ed25519 key, base64. */
    public_key: z.string(),
  })
  .meta({ id: 'CreatedEdge' })
export type CreatedEdge = z.infer<typeof createdEdge>

const host = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/)

/** One host's route, as the edge's port has it. */
const edgeRoute = z.strictObject({
  host,
  service_id: z.string(),
  state: z.enum(['serving', 'starting', 'stopped', 'failed', 'maintenance', 'redirect']),
  upstream: z.strictObject({ address: z.string(), port: z.int().min(1).max(65_535) }).nullable(),
  redirect_to: host.nullable(),
  release_id: z.string().nullable(),
  policy: z.strictObject({
    https_redirect: z.boolean(),
    hsts: z.boolean(),
    edge_class: z.enum(['small', 'standard', 'large']),
  }),
})

/** Everything that an edge serves, at one moment. Later moments have higher versions. */
export const edgeSnapshot = z.strictObject({
  platform: z.string(),
  version: z.int().min(0),
  issued_at: time,
  routes: z.array(edgeRoute),
  certificates: z.array(z.strictObject({ names: z.array(z.string()), certificate: z.string(), key: z.string() })),
})
export type EdgeSnapshot = z.infer<typeof edgeSnapshot>

/** What travels: the snapshot as text, and the platform's Ed25519 signature of exactly that text, base64. */
export const signedEdgeSnapshot = z.strictObject({ payload: z.string(), signature: z.string() })
export type SignedEdgeSnapshot = z.infer<typeof signedEdgeSnapshot>

/** What an edge says of itself while it asks: the version it has, what it could not apply, and how long it will wait for something newer. */
export const edgeReport = z.object({
  after: z.coerce.number().int().min(0),
  wait_seconds: z.coerce.number().int().min(0).max(25).default(20),
  problem: z.string().max(500).optional(),
})
