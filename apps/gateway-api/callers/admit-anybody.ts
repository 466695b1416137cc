import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addressOf, requireRoom } from './require-room.ts'

export type AdmitAnybody = (request: FastifyRequest) => Promise<void>

/** Lets everybody through to the public routes, but not too often from one address; throws `busy`. */
export const createAdmitAnybody = (app: FastifyInstance): AdmitAnybody => {
  const calls = app.createRateLimit({ max: 120, timeWindow: 60_000, keyGenerator: addressOf })
  return async request => requireRoom(await calls(request))
}
