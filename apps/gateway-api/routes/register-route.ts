import { Readable } from 'node:stream'
import { errorAnswer, type Route } from '@parcela/contract'
import type { Log } from '@parcela/kit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AuditRequests } from '../audit/audit-requests.ts'
import type { AdmitAnybody } from '../callers/admit-anybody.ts'
import type { Authorize } from '../callers/authorize.ts'
import type { Caller } from '../callers/caller.ts'
import type { ExplainRefusal } from '../callers/explain-refusal.ts'
import { requirePermission } from '../callers/require-permission.ts'
import type { Handler, RouteInput } from './route-input.ts'

export const apiPrefix = '/api/v1'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The contract's route; every path under /api/v1 has one. */
    route?: Route
    /** Its name in the contract's table. */
    routeName?: string
  }
}

export type RouteContext = {
  app: FastifyInstance
  /** Answers who asks, or throws: unauthenticated, forbidden, busy. */
  authorize: Authorize
  /** Lets everybody through to a public route, or throws: busy. */
  admitAnybody: AdmitAnybody
  /** Makes `forbidden` of a `not_found` about what the caller may see. */
  explainRefusal: ExplainRefusal
  /** Writes down what is changed, and who did it. */
  auditRequests: AuditRequests
  /** Aborted when the gateway stops. */
  stopping: AbortSignal
  log: Log
}

type RouteOptions = { name: string; bodyLimit?: number }

/** Serves one route of the contract: permission first, then the schemas, then the handler; documented from the same table. */
export const registerRoute = <R extends Route>(
  { app, authorize, admitAnybody, explainRefusal, auditRequests, stopping, log }: RouteContext,
  route: R,
  { name, bodyLimit, handler }: RouteOptions & { handler: Handler<R> },
): void => {
  requirePermission(route)
  const { permission } = route
  const callers = new WeakMap<FastifyRequest, Caller>()
  app.route({
    method: route.method,
    url: apiPrefix + route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { route, routeName: name },
    ...(bodyLimit ? { bodyLimit } : {}),
    schema: documentedSchema(route, name),
    onRequest: async (request, reply) => {
      if (permission === 'public') return admitAnybody(request)
      callers.set(request, await authorize(request, reply, permission))
    },
    preHandler: async request => {
      const caller = callers.get(request)
      if (caller) await auditRequests.begin(request, caller)
    },
    handler: async (request, reply) => {
      const output = await handler({
        params: request.params,
        query: request.query,
        headers: request.headers,
        body: isOtherBody(request, route) ? undefined : request.body,
        caller: callers.get(request),
        signal: route.answerType ? AbortSignal.any([stopping, goneSignal(reply)]) : stopping,
        request,
        reply,
      } as unknown as RouteInput<R>).catch(async (error: unknown) => {
        const caller = callers.get(request)
        const { id } = (request.params ?? {}) as { id?: unknown }
        throw caller ? await explainRefusal(error, route, { caller, id }) : error
      })
      if (output instanceof Readable) {
        // A stream that fails has no other answer to give: its headers are gone.
        output.once('error', err => log.warn({ request_id: request.id, route: route.path, err }, 'a stream broke'))
        return reply.type(route.answerType ?? 'application/octet-stream').send(output)
      }
      const { status, body } = output as { status: number; body: unknown }
      return reply.code(status).send(body ?? undefined)
    },
  })
}

const isOtherBody = (request: FastifyRequest, route: Route): boolean =>
  route.bodyTypes !== undefined && request.mediaType !== 'application/json'

const goneSignal = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

/** The route in the words of Fastify and of the OpenAPI generator. */
const documentedSchema = (route: Route, name: string): Record<string, unknown> => ({
  operationId: name,
  summary: route.summary,
  description: [route.description, `Permission: \`${route.permission}\`.`].filter(Boolean).join('\n\n'),
  tags: [route.path.split('/')[1] ?? ''],
  ...(route.permission === 'public' ? { security: [] } : {}),
  ...(route.params ? { params: route.params } : {}),
  ...(route.query ? { querystring: route.query } : {}),
  ...(route.headers ? { headers: route.headers } : {}),
  ...bodySchema(route),
  response: {
    ...Object.fromEntries(
      Object.entries(route.answers).map(([status, schema]) => [
        status,
        {
          description: 'Done',
          content: { [route.answerType ?? 'application/json']: { schema: schema ?? z.string() } },
        },
      ]),
    ),
    default: { description: 'An error', content: { 'application/json': { schema: errorAnswer } } },
  },
})

/** Multipart and binary bodies are streams that the handler reads itself; here they are only documented. */
const bodySchema = (route: Route): Record<string, unknown> => {
  if (!route.bodyTypes) return route.body ? { body: route.body } : {}
  const json = route.body ? { 'application/json': { schema: route.body } } : {}
  return { body: { content: json }, 'x-body-types': route.bodyTypes }
}
