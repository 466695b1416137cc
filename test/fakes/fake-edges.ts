import { AppError } from '@parcela/contract'
import { type Clock, createId, type EdgeId, type Edges, type RegisteredEdge } from '@parcela/core'
import { createFakeClock } from './fake-clock.ts'

/** Further edges in memory; `raiseVersion` stands for a change of a route. */
export const createFakeEdges = (clock: Clock = createFakeClock()): Edges & { raiseVersion(): void } => {
  const edges = new Map<EdgeId, RegisteredEdge & { token_hash: string }>()
  let version = 1
  return {
    raiseVersion: () => {
      version += 1
    },
    createEdge: async ({ name, token_hash }) => {
      if ([...edges.values()].some(edge => edge.name === name))
        throw new AppError('conflict', `There is an edge named ${name} already. Choose another name.`, {
          details: { reason: 'name_taken', fields: { name: 'is taken' } },
        })
      const now = clock.now()
      const id = createId('edge', now.getTime(), Buffer.alloc(16, edges.size))
      const edge = { id, name, created_at: now, seen_at: null, applied_version: null, problem: null }
      edges.set(id, { ...edge, token_hash })
      return edge
    },
    listEdges: async () => [...edges.values()].map(({ token_hash: _, ...edge }) => edge),
    removeEdge: async id => {
      if (!edges.delete(id as EdgeId)) throw new AppError('not_found', 'There is no such edge.')
    },
    findByTokenHash: async hash => [...edges.values()].find(({ token_hash }) => token_hash === hash),
    recordSeen: async (id, { applied_version, problem }) => {
      const edge = edges.get(id)
      if (edge) edges.set(id, { ...edge, seen_at: clock.now(), applied_version, problem })
    },
    currentVersion: async () => version,
  }
}
