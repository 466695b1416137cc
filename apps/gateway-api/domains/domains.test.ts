import type { DomainAnswer, DomainRecord } from '@parcela/contract'
import type { DomainStatus } from '@parcela/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'
import { checkDomainName } from './check-domain-name.ts'

type Ask = Awaited<ReturnType<TestGateway['newPerson']>>['ask']

let gateway: TestGateway
let ana: Ask
let bruno: Ask

beforeAll(async () => {
  gateway = await startTestGateway({
    ports: { observed: { listRecords: async () => published } },
  })
  ana = (await gateway.newPerson('ana')).ask
  bruno = (await gateway.newPerson('bruno')).ask
})
afterAll(() => gateway.app.close())

const plain = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 128 }
const published = [
  { name: '*.apps.localhost', type: 'A' as const, ttl: 60, values: ['192.0.2.1'] },
  { name: 'parcela.localhost', type: 'AAAA' as const, ttl: 60, values: ['2001:db8::1'] },
]

const newService = async (ask: Ask, name: string, more: object = {}): Promise<{ id: string; path: string }> => {
  const { status, body } = await ask('POST', '/api/v1/services', { ...plain, name, ...more })
  expect([status, body.error]).toEqual([202, undefined])
  return { id: String(body.id), path: `/api/v1/services/${body.id}` }
}
const observe = (service_id: string, name: string, more: Partial<DomainStatus>): void =>
  gateway.desired.observeDomain({
    service_id: service_id as DomainStatus['service_id'],
    name,
    status: 'waiting_for_dns',
    status_reason: null,
    verified_at: null,
    checked_at: gateway.clock.now(),
    next_check_at: null,
    attempts: 1,
    ...more,
  })
const listed = async (ask: Ask, path: string): Promise<DomainAnswer[]> =>
  (await ask('GET', `${path}/domains`)).body.items as DomainAnswer[]
const short = (records: DomainRecord[]): unknown[] =>
  records.map(({ type, name, value, purpose, is_set }) => [type, name, value, purpose, is_set])

describe('a custom domain', () => {
  test('is added as people write it, and answered with the records to set', async () => {
    const { path } = await newService(ana, 'cafeteria')
    const { status, body } = await ana('POST', `${path}/domains`, { name: 'www.Café.example.' })
    expect(status).toBe(202)
    expect(body).toMatchObject({
      name: 'www.xn--caf-dma.example',
      display_name: 'www.café.example',
      is_mixed_script: false,
      url: 'https://www.xn--caf-dma.example:8443',
      status: 'waiting_for_dns',
      redirect_to: null,
      certificate: null,
    })
    const name = 'www.xn--caf-dma.example'
    expect(short(body.records as DomainRecord[])).toEqual([
      ['CNAME', name, 'cafeteria.apps.localhost', 'route', null],
      ['A', name, '192.0.2.1', 'route', null],
      ['AAAA', name, '2001:db8::1', 'route', null],
      ['TXT', `_parcela.${name}`, expect.stringMatching(/^parcela=.+/), 'proof', null],
    ])
    expect((await ana('GET', path)).body.domains).toEqual([name])
  })

  test('at the top of a zone has no CNAME; another may send its visitors there', async () => {
    const { path } = await newService(ana, 'cima')
    const apex = await ana('POST', `${path}/domains`, { name: 'cima.example' })
    expect((apex.body.records as DomainRecord[]).map(({ type }) => type)).toEqual(['A', 'AAAA', 'TXT'])
    const www = await ana('POST', `${path}/domains`, { name: 'www.cima.example', redirect_to: 'CIMA.example' })
    expect([www.status, www.body.redirect_to]).toEqual([202, 'cima.example'])
  })

  test('is told what the last look found of its records', async () => {
    const { id, path } = await newService(ana, 'mirada', {
      additional_requirements: { domains: ['a.mirada.example', 'b.mirada.example'] },
    })
    const reason = { code: 'rejected' as const, message: 'What is missing is the text.', step: 'check-domain' }
    observe(id, 'a.mirada.example', {
      status_reason: { ...reason, reason: 'proof_missing', values: { route_is_set: 1, proof_is_set: 0 } },
    })
    observe(id, 'b.mirada.example', {
      status_reason: { ...reason, reason: 'points_elsewhere', values: { route_is_set: 0, proof_is_set: 1 } },
    })
    const [one, other] = await listed(ana, path)
    expect(one?.status_reason).toMatchObject({ reason: 'proof_missing' })
    expect(one?.records.map(({ type, is_set }) => [type, is_set])).toEqual([
      ['CNAME', false],
      ['A', true],
      ['AAAA', true],
      ['TXT', false],
    ])
    expect(other?.records.map(({ is_set }) => is_set)).toEqual([false, false, false, true])
  })

  test('whose letters are of several scripts is taken and marked', async () => {
    const { path } = await newService(ana, 'parecido')
    const { status, body } = await ana('POST', `${path}/domains`, { name: 'раypal.example' })
    expect(status).toBe(202)
    expect(body).toMatchObject({ is_mixed_script: true, display_name: 'раypal.example' })
    expect(String(body.name)).toMatch(/^xn--/)
  })

  test('is looked at when asked, and removed; removing it again is success', async () => {
    const { path } = await newService(ana, 'ida', { additional_requirements: { domains: ['café-ida.example'] } })
    const encoded = encodeURIComponent('Café-ida.example')
    const looked = await ana('POST', `${path}/domains/${encoded}/check`)
    expect([looked.status, looked.body.display_name]).toEqual([202, 'café-ida.example'])
    expect((await ana('POST', `${path}/domains/otra.example/check`)).status).toBe(404)
    for (let time = 0; time < 2; time += 1) {
      const removed = await ana('DELETE', `${path}/domains/${encoded}`)
      expect([removed.status, removed.text]).toEqual([204, ''])
    }
    expect(await listed(ana, path)).toEqual([])
  })

  test('that the service has is a conflict, and one that another service proved, too', async () => {
    const { id, path } = await newService(ana, 'duena', { additional_requirements: { domains: ['duena.example'] } })
    const again = await ana('POST', `${path}/domains`, { name: 'DUENA.example' })
    expect([again.status, again.body.error.details]).toMatchObject([409, { reason: 'domain_present' }])
    observe(id, 'duena.example', { status: 'active', verified_at: gateway.clock.now() })
    const foreign = await newService(bruno, 'ajena')
    const taken = await bruno('POST', `${foreign.path}/domains`, { name: 'duena.example' })
    expect([taken.status, taken.body.error.details]).toMatchObject([409, { reason: 'domain_taken' }])
  })

  test('of another team is not there', async () => {
    const { path } = await newService(ana, 'privada', { additional_requirements: { domains: ['privada.example'] } })
    for (const [method, end, payload] of [
      ['GET', '/domains'],
      ['POST', '/domains', { name: 'x.example' }],
      ['DELETE', '/domains/privada.example'],
      ['POST', '/domains/privada.example/check'],
      ['PATCH', '', { additional_requirements: { domains: [] } }],
    ] as const) {
      const { status } = await bruno(method, path + end, payload)
      expect([method, end, status]).toEqual([method, end, 404])
    }
    expect(await listed(ana, path)).toHaveLength(1)
  })
})

describe('a name that cannot be had is refused, and the message says why', () => {
  let path: string
  beforeAll(async () => {
    path = (await newService(ana, 'mala')).path
  })
  test.each([
    ['parcela.localhost', 'not in the DNS'],
    ['192.0.2.7', 'IP address'],
    ['*.example.org', 'wildcard'],
    ['co.uk', 'public suffix'],
    ['com', 'one part only'],
    ['github.io', 'public suffix'],
    ['https://example.org', 'name alone'],
    [`${'a.'.repeat(126)}example`, 'longer than 253'],
  ])('%s: %s', async (name, why) => {
    const { status, body } = await ana('POST', `${path}/domains`, { name })
    expect([status, body.error?.code]).toEqual([422, 'invalid'])
    expect(body.error.fields.name).toContain(why)
    expect(await listed(ana, path)).toEqual([])
  })

  test.each([
    ['parcela.example.org', true],
    ['x.parcela.example.org', true],
    ['apps.example.org', true],
    ['hola.Apps.example.org.', true],
    ['www.example.org', false],
    ['myapps.example.org', false],
  ])('%s is the platform’s own: %s', (name, isOwn) => {
    const check = () =>
      checkDomainName(name, { panelUrl: 'https://parcela.example.org', appsDomain: 'apps.example.org' })
    if (isOwn) expect(check).toThrow(/platform's own/)
    else expect(check().name).toBe(name)
  })

  test.each([
    ['one text', 'www.example.org', 'domains'],
    ['a number', [7], 'domains.0'],
    ['a wildcard', ['ok.example', '*.example.org'], 'domains.1'],
    ['too many names', Array.from({ length: 101 }, (_, index) => `d${index}.example`), 'domains'],
  ])('%s in additional_requirements', async (_what, domains, field) => {
    const { status, body } = await ana('POST', '/api/v1/services', { ...plain, additional_requirements: { domains } })
    expect(status).toBe(422)
    expect(Object.keys(body.error.fields)).toEqual([`additional_requirements.${field}`])
  })
})

describe('a service', () => {
  test('is made with its domains, which are kept apart from its requirements', async () => {
    const { path } = await newService(ana, 'entera', {
      https_redirect: false,
      additional_requirements: { domains: ['Entera.example', 'entera.example.', 'www.entera.example'] },
    })
    const { body } = await ana('GET', path)
    expect(body).toMatchObject({
      domains: ['entera.example', 'www.entera.example'],
      additional_requirements: {},
      https_redirect: false,
      maintenance: false,
    })
  })

  test('is changed to exactly the domains that are named, and keeps them where none are', async () => {
    const { path } = await newService(ana, 'cambia', { additional_requirements: { domains: ['a.cambia.example'] } })
    const domainsAfter = async (change: object): Promise<unknown> => {
      const { status, body } = await ana('PATCH', path, change)
      expect(status).toBe(202)
      return body.domains
    }
    expect(await domainsAfter({ maintenance: true })).toEqual(['a.cambia.example'])
    expect(await domainsAfter({ additional_requirements: {} })).toEqual(['a.cambia.example'])
    expect(await domainsAfter({ additional_requirements: { domains: ['b.cambia.example'] } })).toEqual([
      'b.cambia.example',
    ])
    expect(await domainsAfter({ additional_requirements: { domains: [] } })).toEqual([])
    expect((await ana('GET', path)).body).toMatchObject({ maintenance: true, https_redirect: true })
  })
})

describe('what is published in DNS', () => {
  test('is shown to administrators with every value, and to nobody else', async () => {
    const admin = gateway.as(
      await gateway.createKey(await gateway.signIn('admin@example.org', 'correct horse battery')),
    )
    const { status, body } = await admin('GET', '/api/v1/dns')
    expect(status).toBe(200)
    expect(body).toEqual({
      server: 'embedded',
      records: 'each',
      zones: ['apps.localhost'],
      items: published,
      next: null,
    })
    expect((await ana('GET', '/api/v1/dns')).status).toBe(403)
  })
})
