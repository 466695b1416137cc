import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressHeader } from './create-identity.ts'

const forwarded = [
  'accept-language',
  'cookie',
  'origin',
  'referer',
  'user-agent',
  'content-type',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
]

/** A request of ours as better-auth reads it: with these headers only, and the address that the edge gave. */
export const toWebRequest = (request: FastifyRequest, panelUrl: string): Request => {
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

export const sendWebResponse = async (response: Response, reply: FastifyReply): Promise<FastifyReply> => {
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
