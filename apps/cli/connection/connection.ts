import { createReadStream } from 'node:fs'
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  request as requestPlain,
} from 'node:http'
import { request as requestSecure } from 'node:https'
import { getCACertificates } from 'node:tls'
import { AppError } from '@parcela/contract'
import { lookupLoopback } from './lookup-loopback.ts'
import { parseErrorAnswer } from './parse-error-answer.ts'
import { readText } from './read-text.ts'

export type Ask = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From the root on, with its query: `/api/v1/me`. */
  path: string
  headers?: OutgoingHttpHeaders
  /** Sent as JSON. */
  json?: unknown
  /** The first `size` bytes of a file, sent as they are. */
  content?: { file: string; size: number }
  /** How long the connection may be silent; without it, for ever. */
  silenceMs?: number
  signal?: AbortSignal
}

export type Answer = { status: number; headers: IncomingHttpHeaders; body: IncomingMessage }

/** One Parcela, as the terminal reaches it. */
export type Connection = {
  readonly url: string
  /** The answer with its body still to be read; a status of 400 and above is thrown as the `AppError` that it carries. */
  ask(ask: Ask): Promise<Answer>
  /** The answer's JSON, unchecked. */
  askJson(ask: Ask): Promise<unknown>
}

type Options = { url: string; apiKey?: string /** PEM of a CA to trust besides the system's. */; ca?: string }

/** Reaches a Parcela over HTTP(S). No effect until something is asked. */
export const createConnection = ({ url, apiKey, ca }: Options): Connection => {
  const trusted = ca ? { ca: [...getCACertificates('default'), ca] } : {}

  const ask = async (asked: Ask): Promise<Answer> => {
    const body = asked.json === undefined ? undefined : Buffer.from(JSON.stringify(asked.json))
    const target = new URL(asked.path, url)
    const response = await send(target, asked, body, {
      ...trusted,
      lookup: lookupLoopback,
      headers: {
        accept: 'application/json',
        'user-agent': 'parcela-cli',
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        ...(body ? { 'content-type': 'application/json', 'content-length': body.length } : {}),
        ...(asked.content ? { 'content-type': 'application/octet-stream', 'content-length': asked.content.size } : {}),
        ...asked.headers,
      },
    })
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return { status, headers: response.headers, body: response }
    throw parseErrorAnswer(target.origin, status, await readText(response))
  }

  return {
    url,
    ask,
    askJson: async asked => {
      const { body } = await ask({ silenceMs: 60_000, ...asked })
      const text = await readText(body)
      try {
        return text === '' ? undefined : JSON.parse(text)
      } catch (cause) {
        throw new AppError('internal', `${url} did not answer with JSON. Is it a Parcela?`, { cause })
      }
    },
  }
}

const send = (
  target: URL,
  asked: Ask,
  body: Buffer | undefined,
  options: RequestOptions & { ca?: string[] },
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? requestSecure : requestPlain)(target, {
      ...options,
      method: asked.method,
      ...(asked.signal ? { signal: asked.signal } : {}),
    })
    request.on('response', resolve)
    request.on('error', error => reject(asked.signal?.aborted ? error : explainFailure(target, error)))
    if (asked.silenceMs !== undefined) {
      request.setTimeout(asked.silenceMs, () => request.destroy(new Error(`silent for ${asked.silenceMs} ms`)))
    }
    if (asked.content && asked.content.size > 0) sendFile(request, asked.content)
    else request.end(body)
  })

const sendFile = (request: ClientRequest, { file, size }: { file: string; size: number }): void => {
  const stream = createReadStream(file, { end: size - 1 })
  request.on('close', () => stream.destroy())
  stream.on('error', error => request.destroy(error))
  stream.on('end', () => {
    // The server would wait for the rest for ever.
    if (stream.bytesRead < size) request.destroy(new Error(`${file} became shorter while it was being sent`))
  })
  stream.pipe(request)
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const explainFailure = (target: URL, cause: NodeJS.ErrnoException): AppError => {
  if (cause.code !== undefined && untrusted.has(cause.code)) {
    return new AppError(
      'unavailable',
      `The certificate of ${target.origin} is not trusted here (${cause.message}). Give its CA: parcela login ${target.origin} --ca FILE`,
      { cause },
    )
  }
  const reason = cause.code === 'ECONNREFUSED' ? 'nothing listens there' : cause.message || cause.code
  return new AppError('unavailable', `${target.origin} did not answer: ${reason}. Is it running (bin/up)?`, { cause })
}
