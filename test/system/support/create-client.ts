import type {
  LogLine,
  ReleaseAnswer,
  ServiceAction,
  ServiceAnswer,
  ServiceEvent,
  ServiceStatusWord,
} from '@parcela/contract'
import { serviceEvent } from '@parcela/contract'
import { waitUntil } from '@parcela/kit'
import { type Dispatcher, request as sendRequest } from 'undici'
import { createLoopbackAgent } from './loopback-agent.ts'
import { encodeMultipart, type FormPart } from './multipart.ts'
import { readServerEvents } from './read-server-events.ts'
import type { Parcela } from './start-parcela.ts'

/** What is published: path -> content, or one archive. */
export type Files = Record<string, string | Uint8Array> | { archive: Uint8Array; filename: string }

export type Answer<T = unknown> = { status: number; headers: Dispatcher.ResponseData['headers']; body: T; text: string }

export type SiteAnswer = { status: number; headers: Dispatcher.ResponseData['headers']; body: string; bytes: Buffer }

export type Ask = {
  json?: unknown
  body?: Buffer | string | AsyncIterable<Uint8Array>
  headers?: Record<string, string>
  signal?: AbortSignal
}

export type Client = ReturnType<typeof createClient>

type Where = Pick<Parcela, 'url' | 'ca' | 'admin' | 'serviceUrl'>

const smallestService = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 64 } as const
const statusMs = 120_000
/** Below the gateway's limit for one account, with room for what tests do besides. */
const pollMs = 200

/**
 * A client of the public API, as a person's program would be: over TLS with the CA checked, names resolved to the loopback.
 * Calls named after what they do throw when the answer is not a success; `ask` answers any status.
 */
export const createClient = (parcela: Where, options: { apiKey?: string } = {}) => {
  const agent = createLoopbackAgent(parcela.ca)
  const origin = new URL(parcela.url).origin
  let cookie = ''

  const identify = (): Record<string, string> =>
    options.apiKey === undefined
      ? { origin, ...(cookie ? { cookie } : {}) }
      : { authorization: `Bearer ${options.apiKey}` }

  const send = (method: Dispatcher.HttpMethod, path: string, ask: Ask = {}) =>
    sendRequest(new URL(path, origin), {
      method,
      dispatcher: agent,
      headers: {
        ...identify(),
        ...(ask.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...ask.headers,
      },
      ...(ask.json === undefined ? {} : { body: JSON.stringify(ask.json) }),
      ...(ask.body === undefined ? {} : { body: ask.body as Buffer }),
      ...(ask.signal ? { signal: ask.signal } : {}),
    })

  /** Any path below the page's origin, any status. */
  const askPath = async (method: Dispatcher.HttpMethod, path: string, ask?: Ask): Promise<Answer> => {
    const response = await send(method, path, ask)
    const text = await response.body.text()
    return { status: response.statusCode, headers: response.headers, body: parseJson(text), text }
  }
  const ask = (method: Dispatcher.HttpMethod, path: string, what?: Ask) => askPath(method, `/api/v1${path}`, what)

  const get = async <T>(method: Dispatcher.HttpMethod, path: string, what?: Ask): Promise<T> => {
    const answer = await ask(method, path, what)
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 2000)}`)
    return answer.body as T
  }

  const getService = (id: string): Promise<ServiceAnswer> => get('GET', `/services/${id}`)

  return {
    ask,
    askPath,

    /** Signs in with a password; the administrator unless somebody else is named. The session is kept. */
    signIn: async (login: { email: string; password: string } = parcela.admin): Promise<void> => {
      const answer = await askPath('POST', '/api/auth/sign-in/email', { json: login })
      if (answer.status !== 200) throw new Error(`Signing in answered ${answer.status}: ${answer.text.slice(0, 2000)}`)
      cookie = [answer.headers['set-cookie'] ?? []]
        .flat()
        .map(line => line.split(';')[0])
        .join('; ')
    },
    /** A key of the person who is signed in. */
    createApiKey: async (name = 'tests'): Promise<string> => {
      const answer = await askPath('POST', '/api/v1/keys', { json: { name } })
      const { key } = (answer.body ?? {}) as { key?: string }
      if (key === undefined)
        throw new Error(`Making an API key answered ${answer.status}: ${answer.text.slice(0, 2000)}`)
      return key
    },

    /** Asks for a new web service with these files. */
    publish: (files: Files | null, request: Record<string, unknown> = {}): Promise<ServiceAnswer> =>
      get(
        'POST',
        '/services',
        files === null ? { json: { ...smallestService, ...request } } : form({ ...smallestService, ...request }, files),
      ),
    /** Publishes these files as the next release. */
    publishAgain: (id: string, files: Files): Promise<ReleaseAnswer> =>
      get('POST', `/services/${id}/releases`, form(null, files)),
    getService,
    listServices: (): Promise<{ items: ServiceAnswer[]; next: string | null }> => get('GET', '/services?limit=200'),
    listReleases: (id: string): Promise<{ items: ReleaseAnswer[]; next: string | null }> =>
      get('GET', `/services/${id}/releases?limit=200`),
    rollBack: (id: string, releaseId: string): Promise<ServiceAnswer> =>
      get('POST', `/services/${id}/rollback`, { json: { release_id: releaseId } }),
    act: (id: string, action: ServiceAction): Promise<ServiceAnswer> =>
      get('POST', `/services/${id}/actions/${action}`),
    remove: (id: string, remove: { purge: boolean } = { purge: false }): Promise<ServiceAnswer> =>
      get('DELETE', `/services/${id}?purge=${remove.purge}`),

    /** Waits until the service has this status and answers it; a failure that nobody waits for ends the wait at once. */
    waitFor: (id: string, status: ServiceStatusWord, wait: { timeoutMs?: number } = {}): Promise<ServiceAnswer> =>
      waitUntil(
        async () => {
          const service = await getService(id)
          if (service.status === status) return service
          if (service.status === 'failed')
            throw new Error(`The service failed: ${JSON.stringify(service.status_reason)}`)
          return undefined
        },
        { timeoutMs: wait.timeoutMs ?? statusMs, everyMs: pollMs, what: `the service ${id} to be ${status}` },
      ),
    /** Waits until visitors get this release. */
    waitForRelease: (id: string, releaseId: string, wait: { timeoutMs?: number } = {}): Promise<ServiceAnswer> =>
      waitUntil(
        async () => {
          const service = await getService(id)
          return service.serving_release_id === releaseId && service.status === 'running' ? service : undefined
        },
        { timeoutMs: wait.timeoutMs ?? statusMs, everyMs: pollMs, what: `the release ${releaseId} to serve` },
      ),
    /** Waits until the service cannot be found any more. */
    waitUntilGone: (id: string, wait: { timeoutMs?: number } = {}): Promise<true> =>
      waitUntil(async () => ((await ask('GET', `/services/${id}`)).status === 404 ? true : undefined), {
        timeoutMs: wait.timeoutMs ?? statusMs,
        everyMs: pollMs,
        what: `the service ${id} to be gone`,
      }),

    /** The service's events, checked against the contract, until the signal ends them. */
    followEvents: async function* (
      id: string,
      follow: { signal: AbortSignal; afterId?: number },
    ): AsyncIterable<{ id: number; event: ServiceEvent }> {
      const headers = follow.afterId === undefined ? {} : { 'last-event-id': String(follow.afterId) }
      const response = await send('GET', `/api/v1/services/${id}/events`, { headers, signal: follow.signal })
      if (response.statusCode !== 200)
        throw new Error(`The events answered ${response.statusCode}: ${await response.body.text()}`)
      for await (const { id: number, data } of readServerEvents(response.body)) {
        yield { id: Number(number), event: serviceEvent.parse(JSON.parse(data)) }
      }
    },
    readLogs: async (id: string, kind: 'build' | 'runtime' = 'runtime'): Promise<LogLine[]> => {
      const answer = await ask('GET', `/services/${id}/logs?kind=${kind}`)
      if (answer.status !== 200) throw new Error(`The logs answered ${answer.status}: ${answer.text.slice(0, 2000)}`)
      return answer.text
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line) as LogLine)
    },

    /** Visits a site by its name through the edge, over TLS, and follows no redirects. */
    fetchSite: async (
      name: string,
      path = '/',
      visit: { method?: Dispatcher.HttpMethod; headers?: Record<string, string> } = {},
    ): Promise<SiteAnswer> => {
      const response = await sendRequest(new URL(path, parcela.serviceUrl(name)), {
        method: visit.method ?? 'GET',
        dispatcher: agent,
        headers: visit.headers ?? {},
      })
      const bytes = Buffer.from(await response.body.arrayBuffer())
      return { status: response.statusCode, headers: response.headers, body: bytes.toString(), bytes }
    },

    /** Ends its connections. */
    close: () => agent.destroy(),
  }
}

/** The multipart body of a publish. */
export const form = (request: Record<string, unknown> | null, files: Files): Ask => {
  const parts: FormPart[] = isArchive(files)
    ? [{ name: 'files', filename: files.filename, type: 'application/octet-stream', content: files.archive }]
    : Object.entries(files).map(([path, content]) => ({
        name: 'files',
        filename: path,
        content,
        type: 'application/octet-stream',
      }))
  const { contentType, body } = encodeMultipart([
    ...(request === null ? [] : [{ name: 'request', content: JSON.stringify(request), type: 'application/json' }]),
    ...parts,
  ])
  return { body, headers: { 'content-type': contentType } }
}

const isArchive = (files: Files): files is { archive: Uint8Array; filename: string } =>
  files.archive instanceof Uint8Array && typeof files.filename === 'string'

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
