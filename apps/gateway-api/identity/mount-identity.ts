import { AppError } from '@parcela/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { KeyCache } from '../callers/key-cache.ts'
import { addressOf } from '../callers/require-room.ts'
import { notFound } from '../errors/handle-errors.ts'
import type { Attempt, Attempts } from './attempts.ts'
import type { Identity } from './create-identity.ts'
import type { MailTurns } from './mail-turns.ts'
import type { RequireDatabase } from './require-database.ts'
import { isServed } from './served-paths.ts'
import { signInEmail } from './sign-in-email.ts'
import { sendWebResponse, toWebRequest } from './web-request.ts'

type Dependencies = {
  app: FastifyInstance
  identity: Identity
  keys: KeyCache
  attempts: Attempts
  mailTurns: MailTurns
  requireDatabase: RequireDatabase
  panelUrl: string
}

const prefix = '/api/auth'

/** Serves sign-in under /api/auth: better-auth's own paths and answers. */
export const mountIdentity = async ({ app, ...dependencies }: Dependencies): Promise<void> => {
  const { keys, attempts, mailTurns, panelUrl } = dependencies
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
        if (!isServed(request.method, path)) throw notFound()
        const attempt = path === '/sign-in/email' ? attemptOf(request) : undefined
        if (attempt) attempts.requireRoom(attempt)
        if (sendsMail.has(path)) mailTurns.take(signInEmail(request.body))
        const response = await answer(dependencies, request).catch(error => {
          if (isReturn(path) && error instanceof AppError) return toSignInPage(error, panelUrl)
          throw error
        })
        if (attempt && response.status === 401) attempts.record(attempt)
        if (attempt && response.status === 200) attempts.forget(attempt)
        if (request.method === 'POST' && !attempt) keys.clear()
        return sendWebResponse(response, reply)
      },
    })
  })
}

const sendsMail: ReadonlySet<string> = new Set(['/request-password-reset', '/send-verification-email'])

/** Where the browser comes back to from an OpenID provider: a person looks at the answer, not a program. */
const isReturn = (path: string): boolean => path.startsWith('/callback/')

const attemptOf = (request: FastifyRequest): Attempt | undefined => {
  const email = signInEmail(request.body)
  return email === undefined ? undefined : { email, address: addressOf(request) }
}

const answer = async (
  { identity, requireDatabase, panelUrl }: Omit<Dependencies, 'app'>,
  request: FastifyRequest,
): Promise<Response> => {
  const response = await identity.handler(toWebRequest(request, panelUrl)).catch(async error => {
    await requireDatabase()
    throw error
  })
  if (response.status === 401 || response.status >= 500) await requireDatabase()
  if (response.status >= 500) throw new AppError('internal', 'Signing in failed inside Parcela. Try again.')
  return response
}

const toSignInPage = (error: AppError, panelUrl: string): Response => {
  const url = new URL('/sign-in', panelUrl)
  url.searchParams.set('error', error.details?.reason ?? error.code)
  return new Response(null, { status: 302, headers: { location: url.href } })
}
