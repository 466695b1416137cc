import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, edgeReport } from '@parcela/contract'
import type { Edges, RegisteredEdge } from '@parcela/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addressOf, requireRoom } from '../callers/require-room.ts'
import { toInvalid } from '../errors/validation-fields.ts'
import { hashToken } from './edge-handlers.ts'
import type { EdgeSnapshots } from './sign-snapshots.ts'

const lookEveryMs = 500

/**
 * The door for other edges, apart from the API for people: GET /edge/v1/snapshot answers what to serve once it is newer than `after`, or 204 when
 * nothing was within `wait_seconds`. Each edge has a token of its own, good for nothing else.
 */
export const serveEdgeSnapshots = (
  app: FastifyInstance,
  { edges, edgeSnapshots, stopping }: { edges: Edges; edgeSnapshots: EdgeSnapshots; stopping: AbortSignal },
): void => {
  const failures = app.createRateLimit({ max: 30, timeWindow: 60_000, keyGenerator: addressOf })

  const findEdge = async (request: FastifyRequest): Promise<RegisteredEdge> => {
    requireRoom(await failures(request, { increment: false }))
    const token = /^Bearer (parcela_edge_[\w-]{43})$/.exec(request.headers.authorization ?? '')?.[1]
    const edge = token === undefined ? undefined : await edges.findByTokenHash(hashToken(token))
    if (edge) return edge
    await failures(request)
    throw new AppError('unauthenticated', 'This needs the token of an edge, as POST /edges answered it.')
  }

  app.get('/edge/v1/snapshot', { schema: { hide: true } }, async (request, reply) => {
    const edge = await findEdge(request)
    const parsed = edgeReport.safeParse(request.query)
    if (!parsed.success) throw toInvalid(parsed.error.issues)
    const { after, wait_seconds, problem = null } = parsed.data
    await edges.recordSeen(edge.id, { applied_version: after, problem })

    const until = Date.now() + wait_seconds * 1000
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const ended = AbortSignal.any([gone.signal, stopping])
    while ((await edgeSnapshots.currentVersion()) <= after) {
      if (Date.now() >= until || ended.aborted) return reply.code(204).send()
      await sleep(lookEveryMs, undefined, { signal: ended }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error
      })
    }
    const snapshot = await edgeSnapshots.take()
    // It may have been removed while it waited, and there are keys in what it would be given.
    await findEdge(request)
    return reply.header('cache-control', 'no-store').send(snapshot)
  })
}
