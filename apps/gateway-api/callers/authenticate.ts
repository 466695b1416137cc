import { AppError, readKeyLimits } from '@parcela/contract'
import type { People, Teams } from '@parcela/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../identity/create-identity.ts'
import type { RequireDatabase } from '../identity/require-database.ts'
import type { EnsurePerson } from '../people/ensure-person.ts'
import type { Caller } from './caller.ts'
import type { KeyCache, KeyHolder } from './key-cache.ts'

type Dependencies = {
  identity: Identity
  people: Pick<People, 'findByAccount'>
  teams: Pick<Teams, 'listMemberships'>
  ensurePerson: EnsurePerson
  requireDatabase: RequireDatabase
  keys: KeyCache
}

/** Without a reply, which may have been sent already, a session is not prolonged. */
export type Authenticate = (request: FastifyRequest, reply?: FastifyReply) => Promise<Caller>

/** Who is asking: the bearer of an API key, or the holder of a session cookie. Throws `unauthenticated` for anybody else. */
export const createAuthenticate =
  ({ identity, people, teams, ensurePerson, requireDatabase, keys }: Dependencies): Authenticate =>
  async (request, reply) => {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const key = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1]
      if (!key) throw unauthenticated('The header Authorization must be: Bearer, a space, and an API key.')
      const { person, key_id, key: limits } = await keys.find(key, findKeyHolder)
      const memberships = await teams.listMemberships(person.id)
      return { by: 'api-key', person, through_id: key_id, signed_in_at: null, key: limits, memberships }
    }
    const { person, session } = await findSessionHolder(request, reply)
    // Asked at every request: who was removed from a team is out at once.
    const memberships = await teams.listMemberships(person.id)
    return { by: 'session', person, through_id: session.id, signed_in_at: session.createdAt, key: null, memberships }

    async function findKeyHolder(key: string): Promise<KeyHolder> {
      const { valid, key: found } = await identity.api.verifyApiKey({ body: { key } })
      if (!valid || !found) {
        await requireDatabase()
        throw unauthenticated('The API key is not known, expired or switched off.')
      }
      const person = await people.findByAccount(found.referenceId)
      if (!person) throw unauthenticated('The API key belongs to nobody.')
      if (person.disabled_at) throw unauthenticated('The account of this API key is disabled. Ask an administrator.')
      return { person, key_id: found.id, key: readKeyLimits(found.metadata) }
    }

    async function findSessionHolder({ headers }: FastifyRequest, answer: FastifyReply | undefined) {
      if (!headers.cookie) throw unauthenticated('Sign in, or send an API key as Authorization: Bearer.')
      const asked = {
        headers: new Headers({ cookie: headers.cookie }),
        query: { disableRefresh: answer === undefined },
        returnHeaders: true,
      } as const
      const { headers: answered, response } = await identity.api.getSession(asked).catch(async error => {
        await requireDatabase()
        throw error
      })
      if (!response) {
        await requireDatabase()
        throw unauthenticated('The session has ended. Sign in again.')
      }
      // A session in use is prolonged now and then; the browser must hear of it.
      for (const cookie of answered.getSetCookie()) answer?.raw.appendHeader('set-cookie', cookie)
      return { person: await ensurePerson(response.user), session: response.session }
    }
  }

const unauthenticated = (message: string): AppError => new AppError('unauthenticated', message)
