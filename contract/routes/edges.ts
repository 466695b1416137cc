import { z } from 'zod'
import { createdEdge, createEdgeRequest, edgeList } from '../edges/edge.ts'
import { defineRoute } from './route.ts'

/** Further hosts that serve the same sites. What they ask for themselves is at /edge/v1/snapshot, with the token of each. */
export const edgeRoutes = {
  listEdges: defineRoute({
    method: 'GET',
    path: '/edges',
    summary: 'List further edges',
    permission: 'platform:admin',
    answers: { 200: edgeList },
  }),
  createEdge: defineRoute({
    method: 'POST',
    path: '/edges',
    summary: 'Admit a further edge',
    permission: 'platform:admin',
    description: 'Answers its token, which is shown this once.',
    body: createEdgeRequest,
    answers: { 201: createdEdge },
  }),
  deleteEdge: defineRoute({
    method: 'DELETE',
    path: '/edges/{id}',
    summary: 'Remove an edge',
    permission: 'platform:admin',
    description: 'Its token ends at once. What it serves it keeps serving until it is stopped.',
    params: z.object({ id: z.string() }),
    answers: { 204: null },
  }),
}
