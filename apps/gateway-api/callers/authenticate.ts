import { AppError } from '@parcela/contract'
import type { People } from '@parcela/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../identity/create-identity.ts'
import type { RequireDatabase } from '../identity/require-database.ts'
import type { EnsurePerson } from '../people/ensure-person.ts'
import type { Caller } from './caller.ts'
import type { KeyCache } from './key-cache.ts'

type Dependencies = {
  identity: Identity
  people: Pick<People, 'findByAccount'>
  ensurePerson: EnsurePerson
  requireDatabase: RequireDatabase
  keys: KeyCache
}

export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<Caller>

/** Who is asking: the bearer of an API key, or the holder of a session cookie. Throws `unauthenticated` for anybody else. */
export const createAuthenticate =
  ({ identity, people, ensurePerson, requireDatabase, keys }: Dependencies): Authenticate =>
  async (request, reply) => {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const key = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1]
      if (!key) throw unauthenticated('The header Authorization must be: Bearer, a space, and an API key.')
      return { by: 'api-key', person: await keys.find(key, findKeyHolder) }
    }
    return { by: 'session', person: await findSessionHolder(request, reply) }

    async function findKeyHolder(key: string) {
      const { valid, key: found } = await identity.api.verifyApiKey({ body: { key } })
      if (!valid || !found) {
        await requireDatabase()
        throw unauthenticated('The API key is not known, expired or switched off.')
      }
      const person = await people.findByAccount(found.referenceId)
      if (!person) throw unauthenticated('The API key belongs to nobody.')
      return person
    }

    async function findSessionHolder({ headers }: FastifyRequest, { raw }: FastifyReply) {
      if (!headers.cookie) throw unauthenticated('Sign in, or send an API key as Authorization: Bearer.')
      const asked = { headers: new Headers({ cookie: headers.cookie }), returnHeaders: true } as const
      const { headers: answered, response } = await identity.api.getSession(asked).catch(async error => {
        await requireDatabase()
        throw error
      })
      if (!response) {
        await requireDatabase()
        throw unauthenticated('The session has ended. Sign in again.')
      }
      // A session in use is prolonged now and then; the browser must hear of it.
      for (const cookie of answered.getSetCookie()) raw.appendHeader('set-cookie', cookie)
      return ensurePerson(response.user)
    }
  }

const unauthenticated = (message: string): AppError => new AppError('unauthenticated', message)
