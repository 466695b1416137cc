import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  ApprovalAnswer,
  DnsAnswer,
  DomainAnswer,
  EdgeAnswer,
  ManifestEntry,
  QuotaAnswer,
  ServiceAnswer,
  ServiceEvent,
  TeamAnswer,
  TrafficAnswer,
} from '@parcela/contract'
import { readText } from './connection/read-text.ts'

/** A small real HTTP server that answers like the gateway, for the tests of the terminal's side of the conversation. */
export const startTestGateway = async () => {
  const state = {
    services: new Map<string, ServiceAnswer>(),
    releases: 0,
    blobs: new Set<string>(),
    uploads: new Map<string, ManifestEntry[]>(),
    sessions: 0,
    domains: [] as DomainAnswer[],
    /** What was asked of domains: method, path below the service, body. */
    askedOfDomains: [] as string[],
    approvals: [] as ApprovalAnswer[],
    /** What was asked of approvals: path, body. */
    askedOfApprovals: [] as string[],
    traffic: emptyTraffic,
    dns: emptyDns,
    edges: [] as EdgeAnswer[],
    /** What the stream of events says of a release, in order. */
    script: liveScript,
    /** Connections to the event stream that break after one event. */
    brokenStreams: 0,
    resumedFrom: [] as string[],
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(error => {
      response.statusCode = 500
      response.end(String(error))
    })
  })

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const [, part = '', detail = ''] = /^\/api\/v1\/([a-z]+)(?:\/(.*))?$/.exec(pathname) ?? []
    const json = (status: number, body: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    const refuse = (status: number, code: string, message: string, more = {}) =>
      json(status, { error: { code, message, request_id: 'req_1', ...more } })
    const readJson = async () => JSON.parse(await readText(request))

    if (pathname === '/api/auth/sign-in/email') {
      const { email, password } = await readJson()
      if (email === 'two@example.org' && password === 'correct horse') {
        return void json(200, { twoFactorRedirect: true }, { 'set-cookie': ['__Host-half=1; Path=/'] })
      }
      if (password !== 'correct horse') return void json(401, { code: 'X', message: 'Invalid email or password' })
      state.sessions += 1
      return void json(200, {}, { 'set-cookie': ['__Host-s=1; Path=/', 'other=2; Path=/'] })
    }
    if (pathname.startsWith('/api/auth/two-factor/')) {
      const isRight = (await readJson()).code === (pathname.endsWith('/verify-totp') ? '123456' : 'abcde-fghij')
      if (!isRight || request.headers.cookie !== '__Host-half=1') return void json(401, { message: 'Invalid code' })
      state.sessions += 1
      return void json(200, {}, { 'set-cookie': ['__Host-s=1; Path=/', 'other=2; Path=/'] })
    }
    if (pathname.startsWith('/api/auth/') || part === 'keys') {
      if (request.headers.cookie !== '__Host-s=1; other=2') return void json(401, { message: 'no session' })
      if (pathname.endsWith('/sign-out')) state.sessions -= 1
      return void json(part === 'keys' ? 201 : 200, { key: 'parcela_key' })
    }
    if (request.headers.authorization !== 'Bearer parcela_key')
      return void refuse(401, 'unauthenticated', 'Who are you?')

    if (part === 'me') return void json(200, me)
    if (part === 'formats') return void json(200, { items: [webFormat], next: null })
    if (part === 'names') return void json(200, nameOf(detail, !state.services.has(detail)))
    if (part === 'uploads') {
      const { files } = (await readJson()) as { files: ManifestEntry[] }
      const id = `up_${state.uploads.size + 1}`
      state.uploads.set(id, files)
      const missing = [...new Set(files.map(({ sha256 }) => sha256))].filter(digest => !state.blobs.has(digest))
      return void json(201, { id, missing, files_count: files.length, files_bytes: 1, expires_at: now })
    }
    if (part === 'blobs') {
      const hash = createHash('sha256')
      for await (const bytes of request) hash.update(bytes)
      if (hash.digest('hex') !== detail) return void refuse(422, 'invalid', 'The digest does not match.')
      state.blobs.add(detail)
      return void json(201, { sha256: detail, size: 1 })
    }

    if (part === 'edges') {
      if (request.method === 'GET') return void json(200, { items: state.edges, next: null })
      if (request.method === 'POST') {
        state.edges.push(newEdge((await readJson()).name))
        return void json(201, { ...state.edges.at(-1), token: 'parcela_edge_token', public_key: 'key' })
      }
      state.edges = state.edges.filter(({ id }) => id !== detail)
      return void response.writeHead(204).end()
    }
    if (part === 'dns') return void json(200, state.dns)
    if (part === 'teams') return void json(200, detail === '' ? { items: [team], next: null } : quotaOf(team.id))
    if (part === 'approvals') {
      if (detail === '') return void json(200, { items: state.approvals, next: null })
      const asked = await readJson()
      state.askedOfApprovals.push(`${detail} ${JSON.stringify(asked)}`)
      const status = detail.endsWith('/approve') ? 'approved' : 'refused'
      const given = status === 'approved' ? { ...newApproval.asked, ...asked } : null
      return void json(200, { ...newApproval, status, given, reason: asked.reason ?? null })
    }

    const [id = '', what = '', name = '', action] = detail.split('/')
    const service = [...state.services.values()].find(one => one.id === id)
    if (id === '') {
      if (request.method === 'GET') return void json(200, { items: [...state.services.values()], next: null })
      const { name, ram_mb } = await readJson()
      if (name === 'taken')
        return void refuse(409, 'conflict', 'The name taken is taken.', { details: { suggestion: 'taken-2' } })
      state.services.set(name, newService(name, ram_mb))
      return void json(202, state.services.get(name))
    }
    if (!service) return void refuse(404, 'not_found', 'There is no such service.')
    if (what === 'releases') {
      state.releases += 1
      service.release_id = `rel_${state.releases + 1}`
      service.generation += 1
      return void json(202, { ...release, id: service.release_id, service_id: service.id })
    }
    if (what === 'traffic') return void json(200, state.traffic)
    if (what === 'domains') return answerDomains(request, response, { name: decodeURIComponent(name), action })
    if (what === 'events') return sendEvents(request, response, service)
    if (what === 'logs') return void response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(logText)
    if (request.method === 'DELETE') state.services.delete(service.name)
    if (request.method === 'PATCH') {
      Object.assign(service, await readJson())
      service.generation += 1
    }
    json(request.method === 'GET' ? 200 : 202, service)
  }

  const answerDomains = async (
    request: IncomingMessage,
    response: ServerResponse,
    { name, action }: { name: string; action: string | undefined },
  ): Promise<void> => {
    const asked = request.method === 'POST' && action === undefined ? JSON.parse(await readText(request)) : {}
    state.askedOfDomains.push([request.method, name, action, JSON.stringify(asked)].filter(Boolean).join(' '))
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.method === 'DELETE') return void response.writeHead(204).end()
    if (request.method === 'GET') return void json(200, { items: state.domains, next: null })
    json(202, { ...newDomain(asked.name ?? name), redirect_to: asked.redirect_to ?? null })
  }

  const sendEvents = (request: IncomingMessage, response: ServerResponse, service: ServiceAnswer): void => {
    const from = request.headers['last-event-id']
    if (typeof from === 'string') state.resumedFrom.push(from)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const events = state.script(service)
    const breaks = state.brokenStreams-- > 0
    for (const [index, event] of events.entries()) {
      if (typeof from === 'string' && index + 1 <= Number(from)) continue
      response.write(`event: ${event.type}\nid: ${index + 1}\ndata: ${JSON.stringify(event)}\n\n`)
      if (breaks) return void response.end()
    }
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    state,
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    },
  }
}

const now = '2026-01-02T03:04:05.000Z'

const step = (service: ServiceAnswer, name: string, ms: number): ServiceEvent => ({
  type: 'step',
  step: name,
  status: 'done',
  started_at: now,
  finished_at: new Date(Date.parse(now) + ms).toISOString(),
  message: null,
  run_id: 'run_1',
  release_id: service.release_id,
})

export const statusEvent = (
  service: ServiceAnswer,
  change: Partial<ServiceEvent & { type: 'status' }>,
): ServiceEvent => ({
  type: 'status',
  status: 'running',
  status_reason: null,
  release_id: service.release_id,
  serving_release_id: service.release_id,
  generation: service.generation,
  ...change,
})

const liveScript = (service: ServiceAnswer): ServiceEvent[] => [
  // What is left of the release before.
  statusEvent(service, { generation: service.generation - 1, release_id: 'rel_0', serving_release_id: 'rel_0' }),
  step(service, 'build-image', 412),
  step(service, 'verify', 31),
  statusEvent(service, {}),
]

const me = {
  id: 'usr_1',
  user_id: '12345',
  username: 'ana',
  email: 'ana@example.org',
  name: 'Ana',
  team_id: 'team_1',
  is_administrator: false,
  language: null,
  platform: {
    apps_domain: 'apps.localhost',
    url_template: 'https://{name}.apps.localhost:8443',
    upload_limit_bytes: 1,
    upload_limit_files: 1,
  },
}

const team: TeamAnswer = {
  id: 'team_1',
  name: 'Taller',
  slug: 'taller',
  is_personal: false,
  role: 'owner',
  members: 2,
  services: 1,
  edge_class: 'standard',
  created_at: now,
}

const amounts = {
  services: 1,
  cpus: 0.5,
  ram_mb: 128,
  storage_gb: 2,
  machines: 0,
  uploads_per_day: 3,
  custom_domains: 0,
}

const quotaOf = (team_id: string): QuotaAnswer => ({
  team_id,
  plan: {
    id: 'plan_1',
    name: 'Standard',
    self_service: { cpus: null, ram_mb: null, storage_gb: null, machines: false },
  },
  limits: { ...amounts, services: 5, cpus: null, releases_kept: 10 },
  overrides: {},
  used: amounts,
})

export const newApproval: ApprovalAnswer = {
  id: 'apr_1',
  service_id: 'svc_1',
  service_name: 'grande',
  service_type: 'docker',
  team_id: 'team_1',
  team_name: 'Taller',
  kind: 'create',
  status: 'pending',
  asked: { storage_gb: 2, ram_mb: 1024, cpus: 1 },
  current: null,
  given: null,
  over: ['ram_mb'],
  requested_by: 'ana',
  requested_at: now,
  decided_by: null,
  decided_at: null,
  reason: null,
}

const emptyTraffic: TrafficAnswer = {
  from: now,
  to: now,
  step_seconds: 60,
  items: [],
  total: {
    requests: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
    bytes: 0,
    p50_ms: null,
    p95_ms: null,
  },
}

const emptyDns: DnsAnswer = { server: 'embedded', records: 'each', zones: ['apps.localhost'], items: [], next: null }

const newEdge = (name: string): EdgeAnswer => ({
  id: `edge_${name}`,
  name,
  created_at: now,
  seen_at: null,
  applied_version: null,
  current_version: 2,
  problem: null,
})

export const newDomain = (name: string): DomainAnswer => ({
  name,
  display_name: name,
  is_mixed_script: false,
  redirect_to: null,
  url: `https://${name}`,
  status: 'waiting_for_dns',
  status_reason: null,
  records: [
    { type: 'CNAME', name, value: 'my-site.apps.localhost', purpose: 'route', is_set: false },
    { type: 'A', name, value: '192.0.2.1', purpose: 'route', is_set: true },
    { type: 'TXT', name: `_parcela.${name}`, value: 'parcela=abc', purpose: 'proof', is_set: null },
  ],
  verified_at: null,
  checked_at: null,
  next_check_at: null,
  certificate: null,
  created_at: now,
})

const range = { minimum: 1, default: 2, maximum: 100 }
const webFormat = {
  id: 'web',
  service_type: 'docker',
  title: { en: 'Web', es: 'Web' },
  description: { en: '', es: '' },
  takes_files: true,
  resources: { storage_gb: range, ram_mb: { minimum: 64, default: 128, maximum: 8192 }, cpus: range },
  additional_requirements: {},
}

const nameOf = (name: string, available: boolean) => ({ name, available, url: null, reason: null, suggestion: null })

const newService = (name: string, ramMb: number): ServiceAnswer => ({
  id: `svc_${name}`,
  name,
  team_id: me.team_id,
  user_id: me.user_id,
  username: me.username,
  service_type: 'docker',
  service_format: 'web',
  storage_gb: 2,
  ram_mb: ramMb,
  cpus: 2,
  additional_requirements: {},
  https_redirect: true,
  maintenance: false,
  domains: [],
  status: 'running',
  status_reason: null,
  url: `https://${name}.apps.localhost:8443`,
  release_id: 'rel_1',
  serving_release_id: null,
  files_bytes: 1_300_000,
  files_count: 2,
  warnings: [],
  generation: 1,
  created_at: now,
  updated_at: now,
  published_at: now,
})

const release = {
  number: 2,
  status: 'queued',
  status_reason: null,
  files_count: 2,
  files_bytes: 1,
  warnings: ['There is no index.html.'],
  username: 'ana',
  created_at: now,
  live_after_ms: null,
}

const logText = `${JSON.stringify({ time: now, stream: 'stdout', text: 'GET / 200', release_id: 'rel_1' })}\n${JSON.stringify({ time: null, stream: 'stderr', text: 'grüße', release_id: null })}\n`
