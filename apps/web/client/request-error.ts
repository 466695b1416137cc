import type { ErrorAnswer, ErrorCode } from '@parcela/contract'

/** A request that did not succeed. `code` is `offline` when no answer came at all. */
export class RequestError extends Error {
  readonly code: ErrorCode | 'offline'
  /** Field -> what is wrong with it, in the server's words. */
  readonly fields: Record<string, string>
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode | 'offline', message: string, rest: Pick<RequestError, 'fields' | 'details'>) {
    super(message)
    this.name = 'RequestError'
    this.code = code
    this.fields = rest.fields
    this.details = rest.details
  }
}

/** No answer came: the network is away, or the server is. */
export const offlineError = (): RequestError => new RequestError('offline', '', { fields: {}, details: {} })

/** Turns the body of an unsuccessful answer into an error; a body that is not ours (a proxy's page) keeps its status. */
export const parseErrorAnswer = (status: number, body: unknown): RequestError => {
  if (isErrorAnswer(body)) {
    const { code, message, fields = {}, details = {} } = body.error
    return new RequestError(code, message, { fields, details })
  }
  const told = isMessage(body) ? body : { message: '', code: undefined }
  return new RequestError(codeOfStatus(status), told.message, {
    fields: {},
    details: told.code === undefined ? {} : { reason: told.code },
  })
}

const isErrorAnswer = (body: unknown): body is ErrorAnswer =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object' && body.error !== null

/** The shape of the sign-in endpoints, which are not part of our API. */
const isMessage = (body: unknown): body is { message: string; code?: string } =>
  typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'

const codeOfStatus = (status: number): ErrorCode => {
  const known: Record<number, ErrorCode> = {
    400: 'invalid',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    413: 'too_large',
    422: 'invalid',
    429: 'busy',
    500: 'internal',
  }
  return known[status] ?? (status >= 500 ? 'unavailable' : 'internal')
}
