import { AppError } from '@parcela/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { KeyCache } from '../callers/key-cache.ts'
import { notFound } from '../errors/handle-errors.ts'
import type { Attempts } from './attempts.ts'
import { addressHeader, type Identity } from './create-identity.ts'
import type { RequireDatabase } from './require-database.ts'
import { signInEmail } from './sign-in-email.ts'

type Dependencies = {
  app: FastifyInstance
  identity: Identity
  keys: KeyCache
  attempts: Attempts
  requireDatabase: RequireDatabase
  panelUrl: string
}

const prefix = '/api/auth'

/** What is served of better-auth; the rest of it (changing e-mail, social sign-in, its pages) does not exist here. */
const served: ReadonlySet<string> = new Set([
  'POST /sign-in/email',
  'POST /sign-up/email',
  'POST /sign-out',
  'GET /get-session',
  'POST /change-password',
  'GET /list-sessions',
  'POST /revoke-session',
  'POST /revoke-sessions',
  'POST /revoke-other-sessions',
  'POST /api-key/create',
  'GET /api-key/list',
  'POST /api-key/update',
  'POST /api-key/delete',
])

/** Serves sign-in under /api/auth: better-auth's own paths and answers. */
export const mountIdentity = async ({ app, ...dependencies }: Dependencies): Promise<void> => {
  const { identity, keys, attempts, requireDatabase, panelUrl } = dependencies
  await app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.route({
      method: ['GET', 'POST'],
      url: `${prefix}/*`,
      bodyLimit: 64 * 1024,
      schema: { hide: true },
      handler: async (request, reply) => {
        const path = request.url.slice(prefix.length).split('?')[0] ?? ''
        if (!served.has(`${request.method} ${path}`)) throw notFound()
        const isSignIn = path === '/sign-in/email'
        const email = isSignIn ? signInEmail(request.body) : undefined
        if (email) attempts.requireRoom(email)
        const response = await identity.handler(toWebRequest(request, panelUrl)).catch(async error => {
          await requireDatabase()
          throw error
        })
        if (response.status === 401 || response.status >= 500) await requireDatabase()
        if (response.status >= 500) throw new AppError('internal', 'Signing in failed inside Parcela. Try again.')
        if (email && response.status === 401) attempts.record(email)
        if (request.method === 'POST' && !isSignIn) keys.clear()
        return sendWebResponse(response, reply)
      },
    })
  })
}

const forwarded = [
  'cookie',
  'origin',
  'referer',
  'user-agent',
  'content-type',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
]

const toWebRequest = (request: FastifyRequest, panelUrl: string): Request => {
  const headers = new Headers({ [addressHeader]: request.ip ?? '127.0.0.1' })
  for (const name of forwarded) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? new Uint8Array(request.body) : null
  // better-auth reads JSON from every POST; a sign-out has none.
  if (request.method === 'POST' && !body) headers.delete('content-type')
  return new Request(new URL(request.url, panelUrl), {
    method: request.method,
    headers,
    ...(body ? { body } : {}),
  })
}

const sendWebResponse = async (response: Response, reply: FastifyReply): Promise<FastifyReply> => {
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie' && name !== 'content-length') reply.header(name, value)
  }
  for (const cookie of response.headers.getSetCookie()) reply.raw.appendHeader('set-cookie', cookie)
  const retryAfter = response.headers.get('x-retry-after')
  if (retryAfter) reply.header('retry-after', retryAfter)
  reply.header('cache-control', 'no-store')
  const text = await response.text()
  return reply.code(response.status).send(text === '' ? null : text)
}
