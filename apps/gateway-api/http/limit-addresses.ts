import type { FastifyInstance } from 'fastify'
import { addressOf, requireRoom } from '../callers/require-room.ts'

/** A whole class may sit behind one address. */
const perMinute = 6_000

/**
 * Ends what comes from one address without end, whoever asks and for whatever: throws `busy`. Contents of files are left to the limit of their
 * sender, and monitors ask through the socket, without an address.
 */
export const limitAddresses = (app: FastifyInstance): void => {
  const calls = app.createRateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: addressOf })
  app.addHook('onRequest', async request => {
    if (request.method !== 'PUT' && request.ip !== undefined) requireRoom(await calls(request))
  })
}
