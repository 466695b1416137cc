import type { Route } from '@parcela/contract'
import type { AuditEntry, AuditTrail, Clock } from '@parcela/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '../callers/caller.ts'
import type { AuditDesk } from './create-audit-desk.ts'
import { createFirstUses } from './create-first-uses.ts'
import { createRuns } from './create-runs.ts'
import { describeChange } from './describe-change.ts'
import { describeObject } from './describe-object.ts'
import { entryOf } from './entry-of.ts'
import { isPersonal } from './personal-fields.ts'
import { secretFields } from './secret-fields.ts'

type Fields = Record<string, unknown>

/** Kind of object -> how to read one: whose it is, and the fields whose changes are told. Undefined where there is none. */
export type AuditReaders = Record<
  string,
  (id: string) => Promise<{ team_id: string | null; fields: Fields } | undefined>
>

type Dependencies = {
  app: FastifyInstance
  /** Who asks, from the moment it is known. */
  callers: WeakMap<FastifyRequest, Caller>
  desk: AuditDesk
  audit: Pick<AuditTrail, 'has'>
  readers: AuditReaders
  clock: Clock
}

export type AuditRequests = {
  /** Called when it is known who asks for what, before anything is done. `unavailable` for a write that could not be written down. */
  begin(request: FastifyRequest, caller: Caller): Promise<void>
}

type Was = Awaited<ReturnType<AuditReaders[string]>>
type Asked = { name: string; route: Route; caller: Caller; was: Was }

const reading = new Set(['GET'])

/**
 * Writes a row for every request that changes something, or was refused to: whoever asks must be known, for otherwise anybody could fill the
 * trail. The row is on disk before the answer leaves. Answers of 429 have none, for the same reason.
 */
export const createAuditRequests = (dependencies: Dependencies): AuditRequests => {
  const { app, callers, desk, readers, clock } = dependencies
  const seen = new WeakMap<FastifyRequest, Was>()
  const told = new WeakSet<FastifyRequest>()
  const firstUses = createFirstUses(dependencies)
  const runs = createRuns({ clock })
  const secrets = new Map<Route, ReadonlySet<string>>()

  app.addHook('onSend', async (request, reply, payload) => {
    const asked = whatWasAsked(request)
    if (!asked || reading.has(request.method) || reply.statusCode === 429 || told.has(request)) return
    // Once: when this throws, the refusal that is answered instead comes by here, too.
    told.add(request)
    if (reply.statusCode < 400 && isOneOfMany(asked, runs)) return
    await desk.record(await describe(asked, request, { status: reply.statusCode, payload }))
  })

  const whatWasAsked = (request: FastifyRequest): Asked | undefined => {
    const { route, routeName: name } = request.routeOptions.config
    const caller = callers.get(request)
    return route && name && caller ? { name, route, caller, was: seen.get(request) } : undefined
  }

  const describe = async (
    { name, route, caller, was }: Asked,
    request: FastifyRequest,
    { status, payload }: { status: number; payload: unknown },
  ): Promise<AuditEntry> => {
    const params = paramsOf(request)
    const answer = parseAnswer(payload)
    const isDone = status < 400
    const object = describeObject(route, params)
    const object_id =
      object.object_id ?? (isDone ? idOf(answer) : null) ?? (route.path.startsWith('/me') ? caller.person.id : null)
    const is = isDone && object_id !== null ? await readers[object.object_type]?.(object_id) : undefined
    const fields = secrets.get(route) ?? secretFields(route)
    secrets.set(route, fields)
    return entryOf(request, {
      at: clock.now(),
      caller,
      action: name,
      ...object,
      object_id,
      team_id: teamOf({ route, caller, object, team: is?.team_id ?? was?.team_id ?? textOf(answer.team_id), isDone }),
      status,
      error_code: isDone ? null : errorCodeOf(answer),
      ...describeChange({
        params,
        query: (request.query ?? {}) as Fields,
        body: request.mediaType === 'application/json' ? request.body : undefined,
        was: was?.fields,
        is: was && is?.fields,
        isRemoved: isDone && was !== undefined && is === undefined,
        isSecret: path => fields.has(path) || isPersonal(route, path),
      }),
    })
  }

  return {
    begin: async (request, caller) => {
      if (caller.by === 'api-key') await firstUses.note(request, caller)
      if (reading.has(request.method)) return
      // What could not be written is answered as it is, and is no row of its own.
      await desk.requireOpen().catch(error => {
        told.add(request)
        throw error
      })
      const { route } = request.routeOptions.config
      const { object_type, object_id } = route ? describeObject(route, paramsOf(request)) : nothing
      seen.set(request, object_id === null ? undefined : await readers[object_type]?.(object_id))
    },
  }
}

const nothing = { object_type: '', object_id: null }

const paramsOf = (request: FastifyRequest): Fields => (request.params ?? {}) as Fields

/** A folder of small files is one request for each: the first in ten minutes is told, and the release that uses them. */
const isOneOfMany = ({ name, caller }: Asked, runs: ReturnType<typeof createRuns>): boolean =>
  name === 'putBlob' && !runs.isFirst(`${name} ${caller.through_id}`)

/** Of what did not happen, only members of the team hear: a stranger's mistake is not their business. */
const teamOf = (about: {
  route: Route
  caller: Caller
  object: { object_type: string; object_id: string | null }
  team: string | null
  isDone: boolean
}): string | null => {
  const { route, caller, object, isDone } = about
  const team = about.team ?? (object.object_type === 'team' ? object.object_id : null)
  if (team !== null && (isDone || caller.memberships.some(({ team_id }) => team_id === team))) return team
  return team === null && route.permission !== 'platform:admin' ? caller.person.team_id : null
}

const parseAnswer = (payload: unknown): Fields => {
  if (typeof payload !== 'string' || !payload.startsWith('{')) return {}
  return JSON.parse(payload) as Fields
}

const idOf = (answer: Fields): string | null => textOf(answer.id)
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const errorCodeOf = ({ error }: Fields): string | null => textOf((error as Fields | undefined)?.code)
