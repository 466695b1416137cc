import type { CertificateAttempt, DomainStatus, RecordSet, Service, StoredEvent } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService, type TestWorld } from '../database/test-world.ts'

let server: TestServer
let world: TestWorld

beforeAll(async () => {
  server = await startTestServer()
  world = await createTestWorld(await server.createDatabase())
})
afterAll(async () => {
  await world.listener.close()
  await server.stop()
})

const hourMs = 3_600_000
const serviceOf = (name: string, domains: string[]): Promise<Service> =>
  world.desired.createService(newService(world.ana, name, { domains }))
const statusOf = ({ id }: Service, name: string, more: Partial<DomainStatus> = {}): DomainStatus => ({
  service_id: id,
  name,
  status: 'waiting_for_dns',
  status_reason: {
    code: 'rejected',
    message: 'There is no CNAME.',
    step: 'check-domain',
    reason: 'no_record',
    values: { seen: '' },
  },
  verified_at: null,
  checked_at: new Date('2026-11-23T10:00:00Z'),
  next_check_at: null,
  attempts: 1,
  ...more,
})
const domainEvents = async ({ id }: Service): Promise<StoredEvent['event'][]> => {
  const rows = await world.database.db
    .selectFrom('events')
    .select('event')
    .where('service_id', '=', id)
    .orderBy('id')
    .execute()
  return rows.map(row => row.event).filter(event => event.type === 'domain')
}

test('how far a domain is is read as it was written, and an event tells of what people would be told anew', async () => {
  const service = await serviceOf('espera', ['espera.example'])
  const waiting = statusOf(service, 'espera.example')
  await world.observed.recordDomainStatus(waiting)
  await world.observed.recordDomainStatus({ ...waiting, attempts: 2, next_check_at: new Date('2030-01-01T00:00:00Z') })
  expect(await world.observed.listDomainStatuses(service.id)).toEqual([
    { ...waiting, attempts: 2, next_check_at: new Date('2030-01-01T00:00:00Z') },
  ])
  const active = { ...waiting, status: 'active' as const, status_reason: null, verified_at: new Date() }
  await world.observed.recordDomainStatus(active)
  expect(await domainEvents(service)).toEqual([
    { type: 'domain', name: 'espera.example', status: 'waiting_for_dns', status_reason: waiting.status_reason },
    { type: 'domain', name: 'espera.example', status: 'active', status_reason: null },
  ])
  const [listed] = await world.desired.listDomains([world.ana.team_id], service.id)
  expect(listed?.observed).toEqual(active)
})

test('a domain that was removed has no status to write, and loses the one it had', async () => {
  const service = await serviceOf('quitada', ['quitada.example'])
  const status = statusOf(service, 'quitada.example', { verified_at: new Date() })
  await world.observed.recordDomainStatus(status)
  await world.desired.removeDomain('every-team', service.id, 'quitada.example')
  expect(await world.observed.listDomainStatuses(service.id)).toEqual([])
  expect(await world.observed.findDomainHolder('quitada.example')).toBeUndefined()
  await expect(world.observed.recordDomainStatus(status)).rejects.toMatchObject({ code: 'not_found' })
})

test('of services that prove one name at the same moment exactly one gets it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const name = `a-la-vez-${round}.example`
    const rivals = await Promise.all([0, 1, 2, 3].map(rival => serviceOf(`rival-${round}-${rival}`, [name])))
    const outcomes = await Promise.allSettled(
      rivals.map(rival => world.observed.recordDomainStatus(statusOf(rival, name, { verified_at: new Date() }))),
    )
    const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled')
    expect(winners.map(({ id }) => id)).toEqual([await world.observed.findDomainHolder(name)])
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'conflict', details: { reason: 'domain_taken' } })
  }
})

test('a name that its holder gave up can be had by another', async () => {
  const [one, two] = [await serviceOf('antes', ['paso.example']), await serviceOf('luego', ['paso.example'])]
  await world.observed.recordDomainStatus(statusOf(one, 'paso.example', { verified_at: new Date() }))
  await world.observed.recordDomainStatus(statusOf(one, 'paso.example', { status: 'failed' }))
  await world.observed.recordDomainStatus(statusOf(two, 'paso.example', { verified_at: new Date() }))
  expect(await world.observed.findDomainHolder('paso.example')).toBe(two.id)
})

test('a domain is due at its time, while its service is wanted', async () => {
  const now = new Date('2026-11-23T12:00:00Z')
  const later = new Date(now.getTime() + hourMs)
  const names = ['ya.example', 'nunca.example', 'luego.example']
  const [service, leaving] = [await serviceOf('turno', names), await serviceOf('se-va', ['se-va.example'])]
  await world.observed.recordDomainStatus(statusOf(service, 'ya.example', { next_check_at: now }))
  await world.observed.recordDomainStatus(statusOf(service, 'luego.example', { next_check_at: later }))
  await world.observed.recordDomainStatus(statusOf(service, 'nunca.example'))
  await world.observed.recordDomainStatus(statusOf(leaving, 'se-va.example', { next_check_at: now }))
  await world.desired.deleteService('every-team', leaving.id, { purge: false })
  expect(await world.observed.listDueDomains(now)).toEqual([{ service_id: service.id, name: 'ya.example' }])
})

test('the list of records is exactly what it was last made', async () => {
  const record = (name: string, type: RecordSet['type'], ...values: string[]): RecordSet => ({
    name,
    type,
    ttl: 60,
    values,
  })
  const first = [
    record('*.apps.example', 'A', '192.0.2.1', '192.0.2.2'),
    record('*.apps.example', 'AAAA', '2001:db8::1'),
    record('hola.apps.example', 'TXT', 'a "quoted" text', 'á'),
  ]
  await world.observed.replaceRecords(first)
  await world.observed.replaceRecords(first)
  expect(await world.observed.listRecords()).toEqual(first)
  const second = [record('*.apps.example', 'A', '192.0.2.3'), record('new.apps.example', 'CAA', '0 issue "ca.example"')]
  await Promise.all([world.observed.replaceRecords(second), world.observed.replaceRecords(second)])
  expect(await world.observed.listRecords()).toEqual(second)
  await world.observed.replaceRecords([])
  expect(await world.observed.listRecords()).toEqual([])
})

test('a new warning is told as news of the service, and an old one is not', async () => {
  const { id } = await serviceOf('avisada', [])
  const status = {
    status: 'running' as const,
    status_reason: null,
    generation: 1,
    serving_release_id: null,
    warnings: [],
    attempts: 0,
    retry_at: null,
  }
  const count = async (): Promise<number> =>
    (await world.database.db.selectFrom('events').select('id').where('service_id', '=', id).execute()).length
  await world.observed.recordStatus(id, status)
  const before = await count()
  await world.observed.recordStatus(id, { ...status, warnings: ['The certificate ends soon.'] })
  await world.observed.recordStatus(id, { ...status, warnings: ['The certificate ends soon.'] })
  expect(await count()).toBe(before + 1)
})

test('attempts are remembered for a week, by any name that they have in common', async () => {
  const now = world.clock.now()
  const attempt = (hoursAgo: number, ...names: string[]): CertificateAttempt => ({
    names,
    outcome: 'failed',
    is_failed_validation: true,
    retry_after: new Date(now.getTime() + hourMs),
    reason: { code: 'rejected', message: 'refused', step: null },
    at: new Date(now.getTime() - hoursAgo * hourMs),
  })
  const [old, first, second, other] = [
    attempt(169, 'a.example'),
    attempt(100, 'a.example', 'b.example'),
    attempt(1, 'b.example'),
    attempt(1, 'c.example'),
  ]
  for (const each of [old, second, first, other]) await world.certificates.recordAttempt(each)
  expect(await world.certificates.listAttempts(['b.example', 'z.example'], now)).toEqual([first, second])
  expect(await world.certificates.listAttempts(['a.example'], now)).toEqual([first])
  expect(await world.certificates.listAttempts(['c.example'], now)).toEqual([other])
  expect(await world.database.db.selectFrom('certificate_attempts').select('id').execute()).toHaveLength(3)
})

test('a certificate is known by its names in any order, and seen by the service that proved the name, only', async () => {
  const facts = {
    names: ['b.cert.example', 'a.cert.example'],
    not_before: new Date('2026-11-01T00:00:00Z'),
    not_after: new Date('2027-01-30T00:00:00Z'),
    serial: '0a1b',
    warned_at: null,
  }
  const stored = { ...facts, names: ['a.cert.example', 'b.cert.example'] }
  await world.certificates.recordCertificate({ ...facts, serial: '01' })
  await world.certificates.recordCertificate(facts)
  expect(await world.certificates.findCertificate(facts.names.toReversed())).toEqual(stored)
  expect(await world.certificates.listCertificates()).toEqual([stored])
  expect(await world.certificates.findCertificate(['a.cert.example'])).toBeUndefined()

  const [owner, rival] = [
    await serviceOf('con-cert', ['a.cert.example']),
    await serviceOf('sin-cert', ['a.cert.example']),
  ]
  await world.observed.recordDomainStatus(statusOf(owner, 'a.cert.example', { verified_at: new Date() }))
  await world.observed.recordDomainStatus(statusOf(rival, 'a.cert.example'))
  const shown = async ({ id }: Service) => (await world.desired.listDomains('every-team', id))[0]?.certificate
  expect(await shown(owner)).toEqual(stored)
  expect(await shown(rival)).toBeNull()

  await world.certificates.forgetCertificate(facts.names)
  await world.certificates.forgetCertificate(facts.names)
  expect(await world.certificates.listCertificates()).toEqual([])
})
