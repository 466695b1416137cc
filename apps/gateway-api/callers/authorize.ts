import { AppError, type Permission } from '@parcela/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticate } from './authenticate.ts'
import { type Caller, requireAllowed } from './caller.ts'
import { addressOf, requireRoom } from './require-room.ts'
import { requireSameOrigin } from './require-same-origin.ts'

type Dependencies = {
  app: FastifyInstance
  authenticate: Authenticate
  panelUrl: string
  /** Who asks, from the moment it is known: also of what is refused after that. */
  callers: WeakMap<FastifyRequest, Caller>
}

export type Authorize = (
  request: FastifyRequest,
  reply: FastifyReply,
  permission: Exclude<Permission, 'public'>,
) => Promise<Caller>

const perMinute = 60_000

/** Lets a request through that may do what its route asks for: known, allowed, from the page when by cookie, and not too often. */
export const createAuthorize = ({ app, authenticate, panelUrl, callers }: Dependencies): Authorize => {
  const failures = app.createRateLimit({ max: 60, timeWindow: perMinute, keyGenerator: addressOf })
  const accountOf = (request: FastifyRequest) => callers.get(request)?.person.id ?? addressOf(request)
  const throughOf = (request: FastifyRequest) => callers.get(request)?.through_id ?? addressOf(request)
  // A program with a key that asks without end leaves its person room on the page.
  const throughs = app.createRateLimit({ max: 600, timeWindow: perMinute, keyGenerator: throughOf })
  const accounts = app.createRateLimit({ max: 1_200, timeWindow: perMinute, keyGenerator: accountOf })
  // A folder of small files is one request for each of them.
  const blobs = app.createRateLimit({ max: 60_000, timeWindow: perMinute, keyGenerator: accountOf })

  return async (request, reply, permission) => {
    const hasKey = request.headers.authorization !== undefined
    if (hasKey) requireRoom(await failures(request, { increment: false }))
    const caller = await authenticate(request, reply).catch(async error => {
      // Also of tries that all came before the first was counted, most learn nothing.
      if (error instanceof AppError && error.code === 'unauthenticated' && hasKey) requireRoom(await failures(request))
      throw error
    })
    callers.set(request, caller)
    for (const limit of request.method === 'PUT' ? [blobs] : [throughs, accounts]) requireRoom(await limit(request))
    if (caller.by === 'session') requireSameOrigin(request, panelUrl)
    requireAllowed(caller, permission)
    return caller
  }
}
