import { AppError } from '@parcela/contract'
import type { Log } from '@parcela/kit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toErrorAnswer } from './to-error-answer.ts'

/** The one place of the gateway where errors are caught: answered in the contract's shape, logged once with their cause. */
export const handleErrors = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((thrown, request, reply) => sendError(thrown, request, reply, log))
}

export const sendError = (thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply => {
  const { status, body, error } = toErrorAnswer(thrown, request.id)
  const facts = { request_id: request.id, method: request.method, route: request.routeOptions.url, status }
  const isGone = request.raw.destroyed && !request.raw.complete
  if (isGone) log.debug(facts, 'the client went away before its request was complete')
  else if (error.code === 'internal') log.error({ ...facts, err: error.cause ?? error }, 'a request failed inside')
  else log.debug({ ...facts, code: error.code }, error.message)

  const retryAfter = error.details?.retry_after_s
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter))
  if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="parcela"')
  // What is refused before any hook has not got it yet.
  reply.header('x-request-id', request.id)
  drain(request)
  return reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/** What nothing answers. */
export const notFound = (): AppError => new AppError('not_found', 'There is nothing at this address.')

const drainMs = 30_000

/**
 * The rest of an upload that was refused: read and dropped, because a client that is still sending hears no answer and a connection closed
 * on it would look like a failed network. Not for ever, though.
 */
const drain = (request: FastifyRequest): void => {
  const { raw } = request
  if (raw.readableEnded || raw.destroyed) return
  raw.unpipe()
  raw.resume()
  const timer = setTimeout(() => raw.destroy(), drainMs)
  timer.unref()
  raw.once('close', () => clearTimeout(timer))
}
