import type { DomainAnswer, ServiceEvent, TrafficAnswer } from '@parcela/contract'
import { type DomainStatus, latencyBoundsMs, type ServiceId } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { createCertificateBook, createObservedState, createTrafficRecorder } from '../../../state/index.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'

type Ask = Awaited<ReturnType<TestInstallation['newPerson']>>['ask']

let server: TestServer
let gateway: TestInstallation
let ana: Ask
let bruno: Ask
/** What the reconciler writes with. */
let observed: ReturnType<typeof createObservedState>

beforeAll(async () => {
  server = await startTestServer()
  gateway = await startInstallation(server)
  const { database } = gateway
  observed = createObservedState({ database, clock: gateway.ports.clock })
  ana = (await gateway.newPerson('ana')).ask
  bruno = (await gateway.newPerson('bruno')).ask
})
afterAll(async () => {
  await gateway.close()
  await server.stop()
})

const newService = async (ask: Ask, name: string, domains: string[] = []): Promise<ServiceId> => {
  const { status, body } = await ask('POST', '/api/v1/services', {
    name,
    service_type: 'docker',
    service_format: 'web',
    storage_gb: 1,
    ram_mb: 128,
    additional_requirements: { domains },
  })
  expect([status, body.error]).toEqual([202, undefined])
  return body.id as ServiceId
}
const statusOf = (service_id: ServiceId, name: string, more: Partial<DomainStatus> = {}): DomainStatus => ({
  service_id,
  name,
  status: 'active',
  status_reason: null,
  verified_at: new Date(),
  checked_at: new Date(),
  next_check_at: null,
  attempts: 0,
  ...more,
})
const listed = async (ask: Ask, id: ServiceId): Promise<DomainAnswer[]> =>
  (await ask('GET', `/api/v1/services/${id}/domains`)).body.items as DomainAnswer[]

test('a domain is added, seen to be active with its certificate, and removed', async () => {
  const id = await newService(ana, 'tienda')
  const added = await ana('POST', `/api/v1/services/${id}/domains`, { name: 'Tienda.example' })
  expect([added.status, added.body.status]).toEqual([202, 'waiting_for_dns'])
  await observed.recordDomainStatus(statusOf(id, 'tienda.example'))
  await createCertificateBook({ database: gateway.database, clock: gateway.ports.clock }).recordCertificate({
    names: ['tienda.example'],
    not_before: new Date('2026-11-01T00:00:00Z'),
    not_after: new Date('2027-01-30T00:00:00Z'),
    serial: '0a1b',
    warned_at: null,
  })
  expect(await listed(ana, id)).toMatchObject([
    {
      name: 'tienda.example',
      status: 'active',
      certificate: { serial: '0a1b', not_after: '2027-01-30T00:00:00.000Z' },
    },
  ])
  const looked = await ana('POST', `/api/v1/services/${id}/domains/tienda.example/check`)
  expect(looked.status).toBe(202)
  expect((await ana('GET', `/api/v1/services/${id}`)).body).toMatchObject({
    generation: 3,
    domains: ['tienda.example'],
  })
  expect((await ana('DELETE', `/api/v1/services/${id}/domains/tienda.example`)).status).toBe(204)
  expect(await listed(ana, id)).toEqual([])
})

test('who follows a service is told of its domains', async () => {
  const id = await newService(ana, 'seguida', ['seguida.example'])
  await observed.recordDomainStatus(statusOf(id, 'seguida.example'))
  const told: ServiceEvent[] = []
  const options = { afterId: 0, signal: AbortSignal.timeout(10_000) }
  for await (const { event } of gateway.ports.events.follow('every-team', id, options)) {
    told.push(event)
    if (event.type === 'domain') break
  }
  expect(told.at(-1)).toEqual({ type: 'domain', name: 'seguida.example', status: 'active', status_reason: null })
})

test('a name that another team proved is a conflict; one that nobody proved may be asked for by both', async () => {
  const id = await newService(ana, 'duena', ['duena.example', 'abierta.example'])
  await observed.recordDomainStatus(statusOf(id, 'duena.example'))
  const other = await newService(bruno, 'ajena')
  const taken = await bruno('POST', `/api/v1/services/${other}/domains`, { name: 'duena.example' })
  expect([taken.status, taken.body.error.details]).toMatchObject([409, { reason: 'domain_taken' }])
  expect(taken.text).not.toContain(id)
  const open = await bruno('POST', `/api/v1/services/${other}/domains`, { name: 'abierta.example' })
  expect(open.status).toBe(202)
  const proofOf = (domains: DomainAnswer[]) =>
    domains.find(({ name }) => name === 'abierta.example')?.records.find(({ type }) => type === 'TXT')?.value
  expect(proofOf(await listed(bruno, other))).not.toBe(proofOf(await listed(ana, id)))
})

test('the domains and visits of another team are not there, and nothing of them changes', async () => {
  const id = await newService(ana, 'privada', ['privada.example'])
  for (const [method, end, payload] of [
    ['GET', '/domains'],
    ['POST', '/domains', { name: 'x.example' }],
    ['DELETE', '/domains/privada.example'],
    ['POST', '/domains/privada.example/check'],
    ['GET', '/traffic'],
  ] as const) {
    const { status } = await bruno(method, `/api/v1/services/${id}${end}`, payload)
    expect([method, end, status]).toEqual([method, end, 404])
  }
  expect((await ana('GET', `/api/v1/services/${id}`)).body).toMatchObject({
    generation: 1,
    domains: ['privada.example'],
  })
})

test('visits are read as they were recorded', async () => {
  const id = await newService(ana, 'visitada')
  const { clock } = gateway.ports
  const recorder = createTrafficRecorder({ database: gateway.database, clock })
  const figures = {
    service_id: id,
    minute: new Date(clock.now().getTime() - 120_000),
    requests: [0, 8, 0, 2, 0] as const,
    bytes: 4_096,
    latencies: latencyBoundsMs
      .map(() => 0)
      .concat(0)
      .with(2, 10),
  }
  await recorder.record('this host', '1', [figures])
  const { status, body } = await ana('GET', `/api/v1/services/${id}/traffic?hours=1`)
  expect(status).toBe(200)
  const answer = body as unknown as TrafficAnswer
  expect(answer.items).toHaveLength(1)
  expect(answer.total).toEqual({
    requests: { '1xx': 0, '2xx': 8, '3xx': 0, '4xx': 2, '5xx': 0 },
    bytes: 4_096,
    p50_ms: 3.5,
    p95_ms: 4.85,
  })
  const hourly = (await ana('GET', `/api/v1/services/${id}/traffic?hours=100`)).body as unknown as TrafficAnswer
  expect([hourly.step_seconds, hourly.total.bytes]).toEqual([3_600, 4_096])
})

test('what was published in DNS is read from the database, by administrators', async () => {
  await observed.replaceRecords([{ name: 'tienda.apps.localhost', type: 'A', ttl: 60, values: ['192.0.2.1'] }])
  const admin = gateway.as(await gateway.createKey(await gateway.signIn(administrator.email, administrator.password)))
  expect((await admin('GET', '/api/v1/dns')).body).toMatchObject({
    server: 'embedded',
    zones: ['apps.localhost'],
    items: [{ name: 'tienda.apps.localhost', type: 'A', ttl: 60, values: ['192.0.2.1'] }],
  })
  expect((await ana('GET', '/api/v1/dns')).status).toBe(403)
})
