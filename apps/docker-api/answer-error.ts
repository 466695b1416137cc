import { AppError, errorAnswerOf, toAppError } from '@parcela/contract'
import type { Log } from '@parcela/kit'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Every failure in the one shape of our APIs; the log keeps what the answer must not show. */
export const answerError = (
  thrown: unknown,
  context: { request: FastifyRequest; reply: FastifyReply; log: Log },
): FastifyReply => {
  const { request, reply, log } = context
  const error = fromFastify(thrown)
  const facts = { request_id: request.id, method: request.method, path: request.routeOptions.url, err: thrown }
  if (error.status >= 500) log.error(facts, 'a call failed')
  else log.debug(facts, 'a call was refused')
  return reply.code(error.status).send(errorAnswerOf(error, request.id))
}

/** The server's own refusals (no JSON, too large, unknown content type) come with a status below 500. */
const fromFastify = (thrown: unknown): AppError => {
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500
  if (thrown instanceof AppError || !(thrown instanceof Error) || status >= 500) return toAppError(thrown)
  return new AppError(status === 413 ? 'too_large' : 'invalid', thrown.message, { cause: thrown })
}
