import { type LookupOptions, lookup } from 'node:dns'
import { AppError } from '@parcela/contract'
import { Agent, request } from 'undici'
import type { AskGateway } from './follow-snapshots.ts'

const waitSeconds = 20
const largestAnswerBytes = 256 * 1024 * 1024

/** Asks over HTTPS, with the token of this edge. `ca` is the PEM of a CA that is not a public one. */
export const createAskGateway = (gateway: { url: string; token: string; ca: string | undefined }): AskGateway => {
  const dispatcher = new Agent({
    connect: { ...(gateway.ca ? { ca: gateway.ca } : {}), lookup: lookUp, timeout: 10_000 },
    headersTimeout: (waitSeconds + 20) * 1000,
    bodyTimeout: 60_000,
    maxResponseSize: largestAnswerBytes,
  })
  return async ({ after, problem }, signal) => {
    const query = new URLSearchParams({ after: String(after), wait_seconds: String(waitSeconds) })
    if (problem) query.set('problem', problem)
    const { statusCode, body } = await request(new URL(`/edge/v1/snapshot?${query}`, gateway.url), {
      dispatcher,
      signal,
      headers: { authorization: `Bearer ${gateway.token}` },
    }).catch((cause: Error) => {
      throw new AppError('unavailable', `The gateway does not answer at ${gateway.url}: ${cause.message}`, { cause })
    })
    if (statusCode === 200) return body.json()
    await body.dump()
    if (statusCode === 204) return undefined
    if (statusCode === 401)
      throw new AppError('unauthenticated', 'The gateway does not know the token of this edge. Was the edge removed?')
    throw new AppError('unavailable', `The gateway answered ${statusCode}.`)
  }
}

/** Names below localhost are this machine (RFC 6761), whatever its resolver knows. */
const lookUp: typeof lookup = ((name: string, options: LookupOptions, done: (...results: unknown[]) => void) => {
  if (name !== 'localhost' && !name.endsWith('.localhost')) return lookup(name, options, done)
  return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
}) as typeof lookup
