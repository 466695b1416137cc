import type { Readable } from 'node:stream'
import { AppError, errorAnswer } from '@parcela/contract'
import { Agent, type Dispatcher } from 'undici'

type Schema<T> = { parse(given: unknown): T }
type CallableRoute = { method: string; path: string; answers: Record<number, unknown> }

/** What a route answers, as its schema says; undefined for one without a body. */
export type AnswerOf<R extends CallableRoute> = R['answers'] extends { 200: Schema<infer T> } ? T : undefined

export type CallInput = {
  params?: Record<string, string>
  query?: Record<string, string | number | boolean | undefined>
  body?: object
  /** Sent as a tar instead of a JSON body. */
  tar?: Readable
  signal?: AbortSignal
}

export type Connection = {
  call<R extends CallableRoute>(route: R, input: CallInput): Promise<AnswerOf<R>>
  /** The answer's lines as they come; an error answer is thrown. */
  stream(route: CallableRoute, input: CallInput): Promise<AsyncIterable<Uint8Array>>
}

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost'])
const connectWithinMs = 5_000
/** The other side sends an empty line every 10 s while it is busy. */
const quietAtMostMs = 60_000
/** Stopping waits for the grace time that was given, which may be long. */
const answerWithinMs = 3_700_000

/** HTTP to the host of a runtime: bearer token, checked certificate, errors as `AppError`. */
export const createConnection = (options: { url: string; token: string; ca?: string | undefined }): Connection => {
  const base = new URL(options.url)
  if (base.protocol !== 'https:' && !loopback.has(base.hostname))
    throw new AppError('invalid', `The token is not sent without TLS: ${base.host} must be reached by https.`)
  const agent = new Agent({
    connect: { timeout: connectWithinMs, ...(options.ca ? { ca: options.ca } : {}) },
    headersTimeout: answerWithinMs,
    bodyTimeout: quietAtMostMs,
  })

  const send = async (route: CallableRoute, input: CallInput): Promise<Dispatcher.ResponseData> => {
    const { body, tar, signal } = input
    signal?.throwIfAborted()
    let answer: Dispatcher.ResponseData
    try {
      answer = await agent.request({
        origin: base.origin,
        path: pathOf(base, route, input),
        method: route.method as Dispatcher.HttpMethod,
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(tar ? { 'content-type': 'application/x-tar' } : body ? { 'content-type': 'application/json' } : {}),
        },
        ...(tar ? { body: tar } : body ? { body: JSON.stringify(body) } : {}),
        ...(signal ? { signal } : {}),
      })
    } catch (error) {
      throw translateFailure(error, signal)
    }
    if (answer.statusCode >= 400) throw await readError(answer)
    return answer
  }

  return {
    call: async <R extends CallableRoute>(route: R, input: CallInput): Promise<AnswerOf<R>> => {
      const answer = await send(route, input)
      const schema = route.answers[200] as Schema<AnswerOf<R>> | null | undefined
      try {
        if (schema) return schema.parse(await answer.body.json())
        await answer.body.dump()
        return undefined as AnswerOf<R>
      } catch (error) {
        throw translateFailure(error, input.signal)
      }
    },
    stream: async (route, input) => translated((await send(route, input)).body, input.signal),
  }
}

async function* translated(body: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw translateFailure(error, signal)
  }
}

const pathOf = (base: URL, route: CallableRoute, { params = {}, query = {} }: CallInput): string => {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return `${base.pathname.replace(/\/$/, '')}/v1${path}${search.size > 0 ? `?${search}` : ''}`
}

/** An error answer as the error it was on the other side. Anything else in our way (a proxy's page) means that the host is not there. */
const readError = async (answer: Dispatcher.ResponseData): Promise<AppError> => {
  const text = await answer.body.text()
  const parsed = errorAnswer.safeParse(parseJson(text))
  if (!parsed.success)
    return new AppError('unavailable', `The Docker host answered ${answer.statusCode} without saying why.`)
  return toRemoteError(parsed.data.error)
}

/** Also for an error that arrives as the last line of a stream. */
export const toRemoteError = (error: {
  code: string
  message: string
  fields?: Record<string, string> | undefined
  details?: Record<string, unknown> | undefined
}): AppError => {
  const code = errorAnswer.shape.error.shape.code.safeParse(error.code)
  // A token that is not taken is a fault of this installation, and not of the person whose request this is.
  if (code.data === 'unauthenticated')
    return new AppError('unavailable', 'The Docker host does not accept our token.', {
      details: { reason: 'token_refused' },
    })
  const details = { ...error.details, ...(error.fields ? { fields: error.fields } : {}) }
  return new AppError(code.data ?? 'internal', error.message, Object.keys(details).length > 0 ? { details } : {})
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}

const translateFailure = (error: unknown, signal: AbortSignal | undefined): unknown => {
  if (signal?.aborted) return signal.reason
  if (error instanceof AppError) return error
  return new AppError('unavailable', 'The Docker host does not answer.', {
    details: { reason: 'host_down' },
    cause: error,
  })
}
