import { setTimeout as sleep } from 'node:timers/promises'
import { type Permission, toAppError } from '@parcela/contract'
import type { DesiredState } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { FastifyRequest } from 'fastify'
import type { Authenticate } from '../callers/authenticate.ts'
import { requireAllowed, scopeFor } from '../callers/caller.ts'

type Dependencies = {
  authenticate: Authenticate
  desired: Pick<DesiredState, 'getService'>
  log: Log
  everyMs?: number
}

type Watched = {
  request: FastifyRequest
  permission: Exclude<Permission, 'public'>
  serviceId: string
  signal: AbortSignal
}

/** The signal of a stream about a service: aborted with `signal`, or within seconds of its reader losing access. */
export type WatchAccess = (watched: Watched) => AbortSignal

/** Whose access is known to be lost; anything else (the database is away) is asked again. */
const lost = new Set(['unauthenticated', 'forbidden', 'not_found'])

/**
 * A stream may stay open for days: who reads it is asked again every few seconds, as at a new request. A session that ended, a key that was revoked,
 * a member who was removed and a service that moved to another team end it.
 */
export const createWatchAccess =
  ({ authenticate, desired, log, everyMs = 2_000 }: Dependencies): WatchAccess =>
  ({ request, permission, serviceId, signal }) => {
    const end = new AbortController()
    const open = AbortSignal.any([signal, end.signal])

    const hasAccess = async (): Promise<boolean> => {
      try {
        const caller = await authenticate(request)
        requireAllowed(caller, permission)
        await desired.getService(scopeFor(caller, permission), serviceId)
        return true
      } catch (error) {
        const { code } = toAppError(error)
        if (lost.has(code)) return false
        log.debug({ request_id: request.id, err: error }, 'whether a stream may go on is asked again')
        return true
      }
    }
    const watch = async (): Promise<void> => {
      while (!open.aborted) {
        await sleep(everyMs, undefined, { ref: false })
        if (!open.aborted && !(await hasAccess())) end.abort()
      }
    }
    void watch()
    return open
  }
