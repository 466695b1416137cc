import { createHash, randomBytes } from 'node:crypto'
import type { EdgeAnswer, gatewayRoutes } from '@parcela/contract'
import type { Edges, RegisteredEdge } from '@parcela/core'
import type { Handlers } from '../routes/route-input.ts'
import type { EdgeSnapshots } from './sign-snapshots.ts'

/** The administrator's side: which further edges there are. */
export const createEdgeHandlers = ({
  edges,
  edgeSnapshots,
}: {
  edges: Edges
  edgeSnapshots: EdgeSnapshots
}): Handlers<typeof gatewayRoutes, 'listEdges' | 'createEdge' | 'deleteEdge'> => ({
  listEdges: async () => {
    const [found, version] = await Promise.all([edges.listEdges(), edges.currentVersion()])
    return { status: 200, body: { items: found.map(edge => toAnswer(edge, version)), next: null } }
  },
  createEdge: async ({ body: { name } }) => {
    const token = `parcela_edge_${randomBytes(32).toString('base64url')}`
    const edge = await edges.createEdge({ name, token_hash: hashToken(token) })
    const answer = toAnswer(edge, await edges.currentVersion())
    return { status: 201, body: { ...answer, token, public_key: edgeSnapshots.publicKey } }
  },
  deleteEdge: async ({ params }) => {
    await edges.removeEdge(params.id)
    return { status: 204, body: null }
  },
})

/** Tokens hold 256 random bits: one round of a hash is enough to keep them. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

const toAnswer = (edge: RegisteredEdge, current_version: number): EdgeAnswer => ({
  id: edge.id,
  name: edge.name,
  created_at: edge.created_at.toISOString(),
  seen_at: edge.seen_at?.toISOString() ?? null,
  applied_version: edge.applied_version,
  current_version,
  problem: edge.problem,
})
