import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { AppError, runtimeRoutes } from '@parcela/contract'
import type { Runtime } from '@parcela/core'
import type { Log } from '@parcela/kit'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { answerError } from './answer-error.ts'
import { createBearerCheck } from './check-bearer.ts'
import { createHandlers } from './handlers.ts'
import { type AnyRoute, parseInput } from './parse-input.ts'

export type DockerApiParts = {
  runtime: Runtime
  /** At least 32 characters; whoever has it may run anything on the host's engine. */
  token: string
  /** PEM. Without it the API speaks plain HTTP and listens on loopback only. */
  tls?: { cert: string; key: string }
  log: Log
}

export type DockerApi = {
  /** Listens; port 0 takes a free one. Answers the port. */
  listen(address: { host: string; port: number }): Promise<number>
  close(): Promise<void>
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])
const smallBodyBytes = 1024 * 1024

/** API Docker: the port `Runtime` over HTTP, for a Docker host that is not the reconciler's own. Routes: `runtimeRoutes` of the contract, under /v1. */
export const createDockerApi = ({ runtime, token, tls, log }: DockerApiParts): DockerApi => {
  const isAllowed = createBearerCheck(token)
  const app = openServer(tls)
  const leaving = new AbortController()

  app.addHook('onRequest', async request => {
    if (!isAllowed(request.headers.authorization))
      throw new AppError('unauthenticated', 'This needs the bearer token of the Docker host.')
  })
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply, log }))
  app.setNotFoundHandler(() => {
    throw new AppError('not_found', 'There is no such call.')
  })
  // A build context is read as it comes.
  app.addContentTypeParser('application/x-tar', (_request, payload, done) => done(null, payload))

  const handlers = createHandlers({ runtime, log, leaving: leaving.signal })
  for (const name of Object.keys(runtimeRoutes) as (keyof typeof runtimeRoutes)[]) {
    const route: AnyRoute = runtimeRoutes[name]
    const handle = handlers[name] as (input: unknown, exchange: object) => Promise<unknown>
    app.route({
      method: route.method,
      url: `/v1${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      handler: async (request: FastifyRequest, reply) => {
        const answer = await handle(parseInput(route, request), { request, reply })
        if (answer !== undefined) return reply.send(answer)
        return reply.code(204).send()
      },
    })
  }

  return {
    listen: async ({ host, port }) => {
      if (!tls && !loopback.has(host))
        throw new AppError(
          'invalid',
          `Plain HTTP is only offered on loopback; give a certificate to listen on ${host}.`,
        )
      await app.listen({ host, port })
      return (app.server.address() as AddressInfo).port
    },
    close: async () => {
      leaving.abort()
      await app.close()
    },
  }
}

const openServer = (tls: DockerApiParts['tls']): FastifyInstance => {
  const options = {
    bodyLimit: smallBodyBytes,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle' as const,
    routerOptions: { maxParamLength: 256 },
    // A build context or a followed log takes as long as it takes.
    requestTimeout: 0,
  }
  if (!tls) return Fastify(options)
  return Fastify({ ...options, https: { ...tls, minVersion: 'TLSv1.2' } }) as unknown as FastifyInstance & {
    log: FastifyBaseLogger
  }
}
