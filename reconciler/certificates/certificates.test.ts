import { AppError } from '@parcela/contract'
import type { IssuedCertificate, ServiceSpec } from '@parcela/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestWorld, type TestWorld } from '../loop/test-world.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const down = new AppError('unavailable', 'the authority is down')

let world: TestWorld
const hostOf = ({ name }: ServiceSpec) => `${name}.apps.localhost`
const live = (name: string) => world.edge.listCertificates().find(({ names }) => names.includes(name))
/** Comparisons once an hour, and nothing else. */
const pass = async (ms: number) => {
  for (let passed = 0; passed < ms; passed += hourMs) {
    world.clock.advance(hourMs)
    await world.resync()
  }
  await world.drain()
}
/** The authority answers when it is let. */
const holdIssuer = () => {
  const gate = Promise.withResolvers<void>()
  const issue = world.certificates.issueCertificate
  world.certificates.issueCertificate = async (...given): Promise<IssuedCertificate> => {
    await gate.promise
    return issue(...given)
  }
  return gate.resolve
}

beforeEach(() => {
  world = createTestWorld()
})

describe('the platform’s own certificates', () => {
  test('are there before the first service asks, which then asks for none', async () => {
    await world.resync()
    expect(world.edge.listCertificates().map(({ names }) => names)).toEqual([
      ['*.apps.localhost'],
      ['parcela.localhost'],
    ])
    const issued = world.certificates.countIssued()
    const spec = await world.desired.addService()
    await world.drain()
    expect(world.takeSteps()).not.toContain('ensure-certificate')
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ policy: { https_redirect: true, hsts: false } })
    expect(world.certificates.countIssued()).toBe(issued)
  })

  test('are proved by DNS where our name server has the zone, else by HTTP', async () => {
    const asked: unknown[] = []
    const issue = world.certificates.issueCertificate
    world.certificates.issueCertificate = async (names, options) => {
      asked.push([names[0], options.challenge])
      return issue(names, options)
    }
    await world.resync()
    expect(asked).toEqual([
      ['*.apps.localhost', 'dns'],
      ['parcela.localhost', 'http'],
    ])
  })

  test('a wildcard in no zone of ours is not asked for, and its services say what to do', async () => {
    world = createTestWorld({ zones: ['elsewhere.example'] })
    await world.resync()
    const spec = await world.desired.addService()
    await world.drain()
    expect(live('*.apps.localhost')).toBeUndefined()
    const { status, warnings } = await world.statusOf(spec.id)
    expect(status).toBe('running')
    expect(warnings.join()).toMatch(/plain HTTP until there is one.*delegate the zone/)
  })

  test('are renewed at two thirds of their life without anything else happening, however long that is', async () => {
    for (const lifeMs of [90 * dayMs, 6 * dayMs]) {
      world = createTestWorld({ lifeMs })
      await world.resync()
      const before = live('*.apps.localhost')
      await pass(lifeMs * 0.6)
      expect(live('*.apps.localhost')).toEqual(before)
      await pass(lifeMs * 0.1)
      expect(live('*.apps.localhost')).not.toEqual(before)
      expect(world.certificates.countIssued()).toBe(4)
    }
  })

  test('lost by the edge come back from what is stored, without asking', async () => {
    await world.resync()
    await world.edge.removeCertificates([['*.apps.localhost'], ['parcela.localhost']])
    await world.resync()
    expect(world.edge.listCertificates()).toHaveLength(2)
    expect(world.certificates.countIssued()).toBe(2)
  })
})

describe('while the authority is down', () => {
  test('a site runs in clear and says why; it switches as soon as there is a certificate', async () => {
    world.certificates.fail('issueCertificate', down)
    await world.resync()
    const spec = await world.desired.addService()
    await world.drain()
    expect(await world.statusOf(spec.id)).toMatchObject({
      status: 'running',
      warnings: [expect.stringContaining('plain HTTP until there is one: the authority is down')],
    })
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ state: 'serving', policy: { https_redirect: false } })
    world.takeSteps()

    world.certificates.heal()
    world.clock.advance(61_000)
    await world.resync()
    await world.drain()
    expect(await world.statusOf(spec.id)).toMatchObject({ status: 'running', warnings: [] })
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ state: 'serving', policy: { https_redirect: true } })
    expect(world.takeSteps()).toEqual(['switch-route', 'verify'])
  })

  test('it is asked after growing pauses, and what it was asked is written down', async () => {
    world.certificates.fail('issueCertificate', down)
    for (let minutes = 0; minutes < 120; minutes += 1) {
      await world.resync()
      world.clock.advance(60_000)
    }
    const attempts = world.tables.attempts.filter(({ names }) => names[0] === '*.apps.localhost')
    expect(attempts.length).toBeLessThan(9)
    expect(attempts[0]).toMatchObject({
      outcome: 'failed',
      is_failed_validation: false,
      reason: { code: 'unavailable' },
    })
  })

  test('never more than its limits allow, also across a restart', async () => {
    world = createTestWorld({ limits: { failed_per_hour: 5, duplicates_per_week: 5 } })
    const failure = new AppError('rejected', 'wrong TXT', { details: { reason: 'validation_failed' } })
    world.certificates.fail('issueCertificate', failure)
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await world.resync()
      world.clock.advance(60_000)
    }
    const attempts = world.tables.attempts.filter(({ names }) => names[0] === '*.apps.localhost')
    expect(attempts.length).toBeGreaterThan(1)
    expect(attempts.length).toBeLessThan(5)
    expect(attempts.every(({ is_failed_validation }) => is_failed_validation)).toBe(true)
  })

  test('the time that an authority asked for is kept', async () => {
    const limited = new AppError('rejected', 'too many', { details: { reason: 'rate_limited', retry_after_s: 7200 } })
    world.certificates.fail('issueCertificate', limited, { times: 2 })
    await world.resync()
    world.clock.advance(1.9 * hourMs)
    await world.resync()
    expect(live('*.apps.localhost')).toBeUndefined()
    world.clock.advance(0.2 * hourMs)
    await world.resync()
    expect(live('*.apps.localhost')).toBeDefined()
  })

  test('the old certificate is served on, and its end is told once a day', async () => {
    await world.resync()
    const spec = await world.desired.addService()
    await world.drain()
    const before = live('*.apps.localhost')
    world.certificates.fail('issueCertificate', down)
    await pass(75 * dayMs)
    expect(live('*.apps.localhost')).toEqual(before)
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ policy: { https_redirect: true } })
    const told = async () => (await world.statusOf(spec.id)).warnings
    expect(await told()).toEqual([expect.stringMatching(/ends on 2026-04-01, in 1[456] days.*the authority is down/)])
    const events = () => world.tables.events.filter(({ event }) => event.type === 'status').length
    const now = events()
    for (let day = 0; day < 3; day += 1) {
      await pass(dayMs)
    }
    expect(events()).toBeLessThanOrEqual(now + 4)
    expect(events()).toBeGreaterThanOrEqual(now + 2)

    world.certificates.heal()
    await pass(dayMs)
    expect(await told()).toEqual([])
  })
})

describe('an authority that is slow', () => {
  test('holds up neither the comparison nor the site, and is asked once', async () => {
    const answer = holdIssuer()
    await world.resync()
    const spec = await world.desired.addService()
    await world.drain()
    expect(await world.statusOf(spec.id)).toMatchObject({ status: 'running' })
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ policy: { https_redirect: false } })
    answer()
    await expect.poll(() => world.countLate()).toBeGreaterThan(0)
    await world.resync()
    await world.drain()
    expect(world.certificates.countIssued()).toBe(2)
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ policy: { https_redirect: true } })
  })
})

test('a stored certificate that is broken is asked for again', async () => {
  await world.resync()
  world.certificates.breakStored(['*.apps.localhost'])
  await world.edge.removeCertificates([['*.apps.localhost']])
  await world.resync()
  expect(live('*.apps.localhost')).toBeDefined()
  expect(world.certificates.countIssued()).toBe(3)
})

test('nothing of a key is in the database, an event or a message', async () => {
  await world.resync()
  const spec = await world.desired.addService()
  world.nameLookup.set('www.example.org', { aliases: [hostOf(spec)] })
  await world.desired.addDomain(spec.id, 'www.example.org')
  await world.drain()
  expect(world.certificates.countIssued()).toBe(3)
  const { clock, newId, nextNumber, addEvent, ...tables } = world.tables
  const rows = JSON.stringify(Object.values(tables).map(table => (table instanceof Map ? [...table.values()] : table)))
  expect(rows).toContain('www.example.org')
  expect(rows).not.toMatch(/key \d/)
})
