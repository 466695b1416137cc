import { AppError } from '@parcela/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'

type Room = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>

/** Throws `busy`, with the seconds to wait, for somebody who asked too often. */
export const requireRoom = (room: Room): void => {
  if (room.isAllowed || !room.isExceeded) return
  throw new AppError('busy', `Too many requests. Try again in ${room.ttlInSeconds} seconds.`, {
    details: { retry_after_s: room.ttlInSeconds },
  })
}

/** Whom a limit counts that has no name for its callers. */
export const addressOf = (request: FastifyRequest): string => request.ip ?? 'local'
