import type { Readable } from 'node:stream'
import { AppError, type RuntimeImage, type RuntimeInstance, type runtimeRoutes } from '@parcela/contract'
import type { Image, Instance, InstanceSpec, Runtime, ServiceId, TeamId } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createGenerationGuard } from './generation-guard.ts'
import type { Input } from './parse-input.ts'
import { streamBuild } from './stream-build.ts'
import { streamLogs } from './stream-logs.ts'

type Routes = typeof runtimeRoutes
type Exchange = { request: FastifyRequest; reply: FastifyReply }
type Handlers = { [K in keyof Routes]: (input: Input<Routes[K]>, exchange: Exchange) => Promise<unknown> }

/** Each call is one call of the runtime; an answer of undefined becomes 204. */
export const createHandlers = (parts: { runtime: Runtime; log: Log; leaving: AbortSignal }): Handlers => {
  const { runtime, log, leaving } = parts
  const guard = createGenerationGuard()
  return {
    checkHealth: () => runtime.checkHealth(),
    listInstances: async ({ query }) => ({
      items: (await runtime.listInstances(query.service_id as ServiceId | undefined)).map(instanceAnswer),
    }),
    ensureInstance: async ({ body }) => {
      guard.check(body.service_id, body.generation)
      return instanceAnswer(await runtime.ensureInstance(body as InstanceSpec))
    },
    stopInstance: async ({ params, query }) => runtime.stopInstance(params.id, { graceSeconds: query.grace_seconds }),
    removeInstance: async ({ params, query }) =>
      runtime.removeInstance(params.id, { graceSeconds: query.grace_seconds }),
    readLogs: async ({ params, query }, { reply }) =>
      streamLogs({ runtime, id: params.id, ...query, signal: endOf(reply, leaving), reply }),
    listImages: async ({ query }) => ({
      items: (await runtime.listImages(query.service_id as ServiceId | undefined)).map(imageAnswer),
    }),
    findImage: async ({ query }) => ({ exists: await runtime.hasImage(query.reference) }),
    ensureImage: async ({ query }, { request, reply }) => {
      if (!isStream(request.body)) throw new AppError('invalid', 'The build context must be sent as application/x-tar.')
      return streamBuild({
        runtime,
        image: { ...query, service_id: (query.service_id as ServiceId | undefined) ?? null },
        body: request.body,
        signal: endOf(reply, leaving),
        reply,
        log,
        requestId: request.id,
      })
    },
    removeImage: async ({ query }) => runtime.removeImage(query.reference),
    listNetworks: async () => ({ items: await runtime.listNetworks() }),
    ensureNetwork: async ({ params, body }) =>
      runtime.ensureNetwork({ team_id: params.team_id as TeamId, subnet: body.subnet }),
    removeNetwork: async ({ params }) => runtime.removeNetwork({ team_id: params.team_id as TeamId }),
  }
}

const instanceAnswer = (instance: Instance): RuntimeInstance => ({
  ...instance,
  created_at: instance.created_at.toISOString(),
})

const imageAnswer = (image: Image): RuntimeImage => ({ ...image, created_at: image.created_at.toISOString() })

/** Aborted when the caller has gone before the answer was complete, or when the server closes. */
const endOf = (reply: FastifyReply, leaving: AbortSignal): AbortSignal => {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return AbortSignal.any([gone.signal, leaving])
}

const isStream = (body: unknown): body is Readable => typeof body === 'object' && body !== null && 'pipe' in body
