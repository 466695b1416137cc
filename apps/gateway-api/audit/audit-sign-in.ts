import { emailAddress } from '@parcela/contract'
import type { AuditEntry, Clock, People, Person } from '@parcela/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../identity/create-identity.ts'
import type { RequireDatabase } from '../identity/require-database.ts'
import { signInEmail } from '../identity/sign-in-email.ts'
import type { EnsurePerson } from '../people/ensure-person.ts'
import type { AuditDesk } from './create-audit-desk.ts'
import { entryOf } from './entry-of.ts'

type Dependencies = {
  app: FastifyInstance
  identity: Identity
  people: Pick<People, 'findByAccount'>
  ensurePerson: EnsurePerson
  requireDatabase: RequireDatabase
  desk: AuditDesk
  clock: Clock
}

type SignedIn = { person: Person; by: 'session'; through_id: string }

const prefix = '/api/auth'

/**
 * Writes a row for every event of sign-in: who came in or failed to, signed out, changed a password, a second factor, a passkey, a session.
 * Nobody known who is told to sign in first (401) leaves none, but who tried to sign in does, with whom they tried to be.
 */
export const auditSignIn = ({ app, desk, ...dependencies }: Dependencies): void => {
  const before = new WeakMap<FastifyRequest, SignedIn | null>()

  app.addHook('preHandler', async request => {
    if (!isOurs(request) || !mayChange(request)) return
    await desk.requireOpen()
    // Asked now: a sign-out ends it.
    before.set(request, await findSession(dependencies, request.headers.cookie))
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const was = before.get(request)
    if (was === undefined || reply.statusCode === 429 || reply.statusCode === 404) return
    before.delete(request)
    const entry = await describe(request, reply, { was, payload })
    if (entry) await desk.record(entry)
  })

  const describe = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { was, payload }: { was: SignedIn | null; payload: unknown },
  ): Promise<AuditEntry | undefined> => {
    const path = pathOf(request)
    const caller = (await findSession(dependencies, newCookie(reply))) ?? was
    const answer = parseAnswer(payload)
    const isTry =
      /^\/(sign-in|sign-up|two-factor|passkey|callback|verify-email|request-password-reset|reset-password)\b/.test(path)
    if (!caller && !isTry) return undefined
    const status = refusalOf(reply) ?? reply.statusCode
    return entryOf(request, {
      at: dependencies.clock.now(),
      caller,
      action: actionOf(path),
      ...(caller
        ? { object_type: 'person', object_id: caller.person.id }
        : await findTried(dependencies, request, status)),
      team_id: caller?.person.team_id ?? null,
      status,
      error_code: status < 400 ? null : errorCodeOf(answer, reply),
      before: null,
      after: answer.twoFactorRedirect === true ? { second_factor: 'asked' } : null,
    })
  }
}

const isOurs = (request: FastifyRequest): boolean => request.routeOptions.url === `${prefix}/*`

/** Besides what is posted: coming back from a provider, and following a link of a mail. */
const mayChange = (request: FastifyRequest): boolean =>
  request.method === 'POST' || /^\/(callback|verify-email)\b/.test(pathOf(request))

const pathOf = ({ url }: FastifyRequest): string => (url.split('?')[0] ?? '').slice(prefix.length)

/** `/sign-in/email` is `sign-in.email`. */
const actionOf = (path: string): string => path.split('/').slice(1, 3).join('.')

const findSession = async (
  { identity, ensurePerson, requireDatabase }: Pick<Dependencies, 'identity' | 'ensurePerson' | 'requireDatabase'>,
  cookie: string | undefined,
): Promise<SignedIn | null> => {
  if (!cookie) return null
  const asked = { headers: new Headers({ cookie }), query: { disableRefresh: true } }
  const found = await identity.api.getSession(asked).catch(async error => {
    await requireDatabase()
    throw error
  })
  if (!found) return null
  return { person: await ensurePerson(found.user), by: 'session', through_id: found.session.id }
}

/** The session that this answer begins; undefined when it begins none. */
const newCookie = (reply: FastifyReply): string | undefined =>
  [reply.raw.getHeader('set-cookie') ?? []]
    .flat()
    .map(cookie => String(cookie).split(';')[0] ?? '')
    .find(cookie => /session_token=./.test(cookie))

/** A browser that comes back from a provider is sent on to the page, also with bad news. */
const refusalOf = (reply: FastifyReply): number | undefined => (errorInLocation(reply) === null ? undefined : 401)

const errorInLocation = (reply: FastifyReply): string | null => {
  const location = reply.getHeader('location')
  return typeof location === 'string' ? new URL(location, 'https://page.invalid').searchParams.get('error') : null
}

const errorCodeOf = (answer: Record<string, unknown>, reply: FastifyReply): string | null => {
  const { code } = (answer.error ?? answer) as { code?: unknown }
  return typeof code === 'string' ? code.toLowerCase() : errorInLocation(reply)
}

/** Who was tried, by id; an address that nobody here has is kept as it is. Only what is an address: people type passwords into the wrong field. */
const findTried = async (
  { identity, people }: Pick<Dependencies, 'identity' | 'people'>,
  request: FastifyRequest,
  status: number,
): Promise<{ object_type: string; object_id: string | null }> => {
  const email = emailAddress.safeParse(signInEmail(request.body))
  // Nobody can be asked who it is while the database is away.
  if (!email.success || status >= 500) return { object_type: 'account', object_id: null }
  const account = await (await identity.$context).internalAdapter.findUserByEmail(email.data)
  const person = account && (await people.findByAccount(account.user.id))
  return person ? { object_type: 'person', object_id: person.id } : { object_type: 'account', object_id: email.data }
}

const parseAnswer = (payload: unknown): Record<string, unknown> => {
  const text = Buffer.isBuffer(payload) ? payload.toString() : payload
  return typeof text === 'string' && text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
}
