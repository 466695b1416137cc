import { AppError } from '@parcela/contract'
import type { ServiceId, TeamId } from '@parcela/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestWorld, type TestWorld } from '../loop/test-world.ts'

const www = 'www.example.org'
const apex = 'example.org'
const hourMs = 3_600_000
const dayMs = 24 * hourMs

let world: TestWorld
/** A service that runs. */
const startService = async (team = 'team_of_ana') => {
  const spec = await world.desired.addService({ team_id: team as TeamId })
  await world.publish(spec.id, `site of ${spec.name}`)
  await world.drain()
  world.takeSteps()
  return { ...spec, host: `${spec.name}.apps.localhost` }
}
/** The owner's CNAME. */
const point = (name: string, host: string) =>
  world.nameLookup.set(name, { aliases: [host], ipv4: ['127.0.0.1'], ipv6: ['::1'] })
/** The owner's address records, and the TXT record for a proof. */
const address = (name: string, proof?: string) => {
  world.nameLookup.set(name, { ipv4: ['127.0.0.1'] })
  world.nameLookup.setText(`_parcela.${name}`, proof === undefined ? [] : [`parcela=${proof}`])
}
const activate = async (id: ServiceId, name: string, host: string) => {
  point(name, host)
  const domain = await world.desired.addDomain(id, name)
  await world.drain()
  expect(await world.domainOf(id, name)).toMatchObject({ status: 'active' })
  world.takeSteps()
  return domain
}
const certificatesOf = (name: string) => world.edge.listCertificates().filter(({ names }) => names.includes(name))

beforeEach(async () => {
  world = createTestWorld()
  await world.resync()
})

describe('a custom domain that is added', () => {
  test('goes from add to HTTPS in one reconcile', async () => {
    const { id, host } = await startService()
    point(www, host)
    await world.desired.addDomain(id, www)
    expect(await world.queue.drain(world.reconcileService, { limit: 2 })).toBe(1)
    expect(world.takeSteps()).toEqual(['verify', 'route-domain', 'certify-domain', 'route-domain', 'verify-domain'])
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active', status_reason: null, attempts: 0 })
    expect(world.liveRoute(www)).toMatchObject({
      state: 'serving',
      release_id: (await world.statusOf(id)).serving_release_id,
      policy: { https_redirect: true, hsts: true },
    })
    expect(world.certificates.countIssued()).toBe(3)
  })

  test('needs no further work once it is there', async () => {
    const { id, host } = await startService()
    await activate(id, www, host)
    await world.settle()
    await world.resync()
    world.takeSteps()
    await world.reconcileService(id)
    expect(world.takeSteps()).toEqual([])
    expect(world.queue.listWaiting()).toEqual([{ id, at: (await world.domainOf(id, www)).next_check_at }])
  })

  test('waits, says which record is missing, and is looked at after growing pauses', async () => {
    const { id } = await startService()
    await world.desired.addDomain(id, www)
    await world.drain()
    const first = await world.domainOf(id, www)
    expect(first).toMatchObject({ status: 'waiting_for_dns', status_reason: { reason: 'no_records' }, attempts: 1 })
    expect(world.liveRoute(www)).toBeUndefined()
    expect(await world.statusOf(id)).toMatchObject({ status: 'running', status_reason: null })

    const pauses: number[] = []
    for (let look = 0; look < 12; look += 1) {
      const { next_check_at } = await world.domainOf(id, www)
      const pause = (next_check_at?.getTime() ?? 0) - world.clock.now().getTime()
      pauses.push(pause / 60_000)
      world.clock.advance(pause)
      await world.drain()
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360])
  })

  test('is looked at at once when its owner asks', async () => {
    const { id, host } = await startService()
    await world.desired.addDomain(id, www)
    await world.drain()
    point(www, host)
    await world.desired.checkDomains(id)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active' })
  })

  test('is proved by addresses and the TXT record, and not by addresses alone', async () => {
    const { id } = await startService()
    const { proof } = await world.desired.addDomain(id, apex)
    address(apex)
    await world.drain()
    expect(await world.domainOf(id, apex)).toMatchObject({ status_reason: { reason: 'proof_missing' } })
    address(apex, proof)
    await world.desired.checkDomains(id)
    await world.drain()
    expect(await world.domainOf(id, apex)).toMatchObject({ status: 'active' })
  })

  test('of a stopped service shows over TLS that it is stopped', async () => {
    const { id, host } = await startService()
    await world.desired.changeService(id, { power: 'stopped' })
    await world.drain()
    await activate(id, www, host)
    expect(world.liveRoute(www)).toMatchObject({ state: 'stopped', policy: { https_redirect: true } })
  })

  test('sends visitors on only once the other name answers over TLS', async () => {
    const { id, host } = await startService()
    point(apex, host)
    await world.desired.addDomain(id, www)
    await world.desired.addDomain(id, apex, { redirect_to: www })
    await world.drain()
    expect(world.liveRoute(apex)).toMatchObject({ state: 'serving', redirect_to: null })
    point(www, host)
    await world.desired.checkDomains(id)
    await world.settle()
    expect(world.liveRoute(apex)).toMatchObject({ state: 'redirect', redirect_to: www })
    expect(world.liveRoute(www)).toMatchObject({ state: 'serving' })
    expect(await world.domainOf(id, apex)).toMatchObject({ status: 'active' })
  })
})

describe('trouble of one domain', () => {
  test('fails neither the service nor another domain', async () => {
    const { id, host } = await startService()
    point(apex, host)
    await world.desired.addDomain(id, www)
    await world.desired.addDomain(id, apex)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'waiting_for_dns' })
    expect(await world.domainOf(id, apex)).toMatchObject({ status: 'active' })
    expect(await world.statusOf(id)).toMatchObject({ status: 'running', attempts: 0 })
  })

  test('a CNAME loop is called by its name', async () => {
    const { id } = await startService()
    world.nameLookup.set(www, { aliases: ['a.example.org', www], is_loop: true })
    await world.desired.addDomain(id, www)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({ status_reason: { reason: 'cname_loop' } })
  })

  test('a resolver that does not answer is told, and asked again', async () => {
    const { id, host } = await startService()
    point(www, host)
    world.nameLookup.failAll(new AppError('unavailable', 'the resolver does not answer'))
    await world.desired.addDomain(id, www)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({
      status: 'waiting_for_dns',
      status_reason: { code: 'unavailable', step: 'check-domain' },
    })
    world.nameLookup.heal()
    await world.settle()
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active' })
  })

  test('while its authority is down it answers in clear, says why, and gets its certificate later by itself', async () => {
    const { id, host } = await startService()
    point(www, host)
    world.certificates.fail('issueCertificate', new AppError('unavailable', 'the authority is down'))
    await world.desired.addDomain(id, www)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({
      status: 'issuing',
      status_reason: { code: 'unavailable', message: 'the authority is down' },
    })
    expect(world.liveRoute(www)).toMatchObject({ state: 'serving', policy: { https_redirect: false, hsts: false } })
    world.certificates.heal()
    await world.settle()
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active', status_reason: null })
    expect(world.liveRoute(www)).toMatchObject({ policy: { https_redirect: true, hsts: true } })
  })

  test('a name that its authority refuses has failed until somebody changes something', async () => {
    const { id, host } = await startService()
    point(www, host)
    const refused = new AppError('rejected', 'not this name', { details: { reason: 'name_refused' } })
    world.certificates.fail('issueCertificate', refused)
    await world.desired.addDomain(id, www)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({
      status: 'failed',
      next_check_at: null,
      status_reason: { reason: 'name_refused' },
    })
  })
})

describe('a domain that is served', () => {
  test('follows every publish in the same step as the service’s own name', async () => {
    const spec = await startService()
    await activate(spec.id, www, spec.host)
    const second = await world.publish(spec.id, 'two')
    await world.drain()
    expect(world.liveRoute(www)?.upstream).toEqual(world.liveRoute(spec.host)?.upstream)
    expect(world.liveRoute(www)?.release_id).toBe(second.id)
    world.clock.advance(6_000)
    await world.drain()
    expect(await world.runtime.listInstances(spec.id)).toHaveLength(1)
  })

  test('keeps its route and certificate while it points elsewhere, says so, and asks for no renewal then', async () => {
    const { id, host } = await startService()
    await activate(id, www, host)
    const issued = world.certificates.countIssued()
    world.nameLookup.set(www, { ipv4: ['198.51.100.7'] })
    world.clock.advance(70 * dayMs)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({
      status: 'active',
      status_reason: { reason: 'points_elsewhere', values: { seen_addresses: '198.51.100.7' } },
    })
    expect(world.liveRoute(www)).toMatchObject({ state: 'serving' })
    expect(certificatesOf(www)).toHaveLength(1)
    expect(world.certificates.countIssued()).toBe(issued)

    point(www, host)
    world.clock.advance(6 * hourMs)
    await world.drain()
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active', status_reason: null })
    expect(world.certificates.countIssued()).toBe(issued + 1)
  })

  test('is renewed at its time without anything else happening', async () => {
    const { id, host } = await startService()
    await activate(id, www, host)
    const [before] = certificatesOf(www)
    for (let hours = 0; hours < 24 * 65; hours += 1) {
      world.clock.advance(hourMs)
      await world.drain()
    }
    const [after] = certificatesOf(www)
    expect(after?.certificate).not.toBe(before?.certificate)
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active', status_reason: null })
  })

  test('tells once a day that its certificate ends, when it could not be renewed', async () => {
    const { id, host } = await startService()
    await activate(id, www, host)
    world.certificates.fail('issueCertificate', new AppError('unavailable', 'the authority is down'))
    const told = () =>
      world.tables.events.flatMap(({ event }) =>
        event.type === 'domain' && event.status_reason?.message.includes('ends on')
          ? [event.status_reason.values?.days_left]
          : [],
      )
    for (let hours = 0; hours < 24 * 75; hours += 1) {
      world.clock.advance(hourMs)
      await world.drain()
    }
    expect(told().slice(0, 3)).toEqual([17, 16, 15])
    expect(new Set(told()).size).toBe(told().length)
  })

  test('goes with its route and certificate when it is removed', async () => {
    const { id, host } = await startService()
    await activate(id, www, host)
    await world.desired.removeDomain(id, www)
    await world.drain()
    expect(world.liveRoute(www)).toBeUndefined()
    expect(certificatesOf(www)).toEqual([])
    expect(world.certificates.listRevoked()).toHaveLength(1)
    expect(await world.certificateBook.findCertificate([www])).toBeUndefined()
    expect((await world.observed.listRoutes()).map(route => route.host)).toEqual([host])
  })

  test('goes with its service', async () => {
    const { id, host } = await startService()
    await activate(id, www, host)
    await world.desired.changeService(id, { power: 'deleted' })
    await world.drain()
    expect(world.edge.listRoutes()).toEqual([])
    expect(certificatesOf(www)).toEqual([])
    expect(world.certificates.listRevoked()).toHaveLength(1)
  })

  test('shows the maintenance page with its service, which runs on', async () => {
    const spec = await startService()
    await activate(spec.id, www, spec.host)
    const instances = await world.runtime.listInstances(spec.id)
    await world.desired.changeService(spec.id, { maintenance: true })
    await world.drain()
    expect(world.takeSteps()).toEqual(['switch-route', 'verify'])
    for (const host of [spec.host, www]) expect(world.liveRoute(host)).toMatchObject({ state: 'maintenance' })
    expect(await world.statusOf(spec.id)).toMatchObject({ status: 'running', status_reason: null })
    await world.desired.changeService(spec.id, { maintenance: false })
    await world.drain()
    for (const host of [spec.host, www]) expect(world.liveRoute(host)).toMatchObject({ state: 'serving' })
    expect(await world.runtime.listInstances(spec.id)).toEqual(instances)
  })
})

describe('a domain that two services ask for', () => {
  /** The first has it by address and TXT; the second asks for it too. */
  const contest = async () => {
    const one = await startService('team_of_ana')
    const other = await startService('team_of_eva')
    const mine = await world.desired.addDomain(one.id, apex)
    address(apex, mine.proof)
    await world.drain()
    const theirs = await world.desired.addDomain(other.id, apex)
    await world.drain()
    return { one, other, mine, theirs }
  }
  const serviceOf = (name: string) => world.liveRoute(name)?.service_id

  test('stays the first’s while its TXT record says so', async () => {
    const { one, other, mine, theirs } = await contest()
    expect(await world.domainOf(other.id, apex)).toMatchObject({
      status: 'waiting_for_dns',
      verified_at: null,
      status_reason: { code: 'conflict', reason: 'domain_taken' },
    })
    world.nameLookup.setText(`_parcela.${apex}`, [`parcela=${mine.proof}`, `parcela=${theirs.proof}`])
    await world.desired.checkDomains(other.id)
    await world.drain()
    expect(serviceOf(apex)).toBe(one.id)
    expect(await world.domainOf(one.id, apex)).toMatchObject({ status: 'active' })
  })

  test('tells the first when its TXT record is gone, and is renewed for it all the same', async () => {
    const { one } = await contest()
    const issued = world.certificates.countIssued()
    address(apex)
    world.clock.advance(70 * dayMs)
    await world.drain()
    expect(await world.domainOf(one.id, apex)).toMatchObject({
      status: 'active',
      status_reason: { reason: 'proof_missing', message: expect.stringContaining('stays this service’s until') },
    })
    expect(world.certificates.countIssued()).toBe(issued + 1)
  })

  test('stays the first’s while nobody proves it, and while a CNAME leads to the first', async () => {
    const { one, other, theirs } = await contest()
    address(apex)
    await world.desired.checkDomains(other.id)
    await world.drain()
    expect(serviceOf(apex)).toBe(one.id)
    point(apex, one.host)
    world.nameLookup.setText(`_parcela.${apex}`, [`parcela=${theirs.proof}`])
    await world.desired.checkDomains(other.id)
    await world.drain()
    expect(serviceOf(apex)).toBe(one.id)
  })

  test('goes to the second once the TXT record names it alone: route, certificate and status of the first go', async () => {
    const { one, other, theirs } = await contest()
    const [first] = certificatesOf(apex)
    address(apex, theirs.proof)
    await world.desired.checkDomains(other.id)
    await world.drain()
    expect(serviceOf(apex)).toBe(other.id)
    expect(await world.domainOf(other.id, apex)).toMatchObject({ status: 'active' })
    expect(await world.domainOf(one.id, apex)).toMatchObject({ status: 'waiting_for_dns', verified_at: null })
    expect(world.certificates.listRevoked()).toHaveLength(1)
    expect(certificatesOf(apex)).not.toEqual([first])
    expect(await world.statusOf(one.id)).toMatchObject({ status: 'running' })

    // The first goes on as a service, and takes nothing back by what it does.
    await world.publish(one.id, 'newer')
    await world.settle()
    await world.desired.removeDomain(one.id, apex)
    await world.settle()
    expect(serviceOf(apex)).toBe(other.id)
    expect(certificatesOf(apex)).toHaveLength(1)
  })

  test('and both prove at once belongs to one of them', async () => {
    const one = await startService('team_of_ana')
    const other = await startService('team_of_eva')
    const mine = await world.desired.addDomain(one.id, apex)
    const theirs = await world.desired.addDomain(other.id, apex)
    world.nameLookup.set(apex, { ipv4: ['127.0.0.1'] })
    world.nameLookup.setText(`_parcela.${apex}`, [`parcela=${mine.proof}`, `parcela=${theirs.proof}`])
    await Promise.all([world.reconcileService(one.id), world.reconcileService(other.id)])
    const statuses = [await world.domainOf(one.id, apex), await world.domainOf(other.id, apex)]
    expect(statuses.filter(({ verified_at }) => verified_at !== null)).toHaveLength(1)
    const holder = statuses.find(({ verified_at }) => verified_at !== null)
    expect(serviceOf(apex)).toBe(holder?.service_id)
  })
})

describe('a crash', () => {
  test('between any two steps of a domain is repaired by doing them again', async () => {
    for (const method of ['recordDomainStatus', 'recordRoute'] as const) {
      for (let call = 1; call <= 3; call += 1) {
        for (const when of ['before', 'after'] as const) {
          world = createTestWorld()
          await world.resync()
          const { id, host } = await startService()
          point(www, host)
          let left = call
          world.observed.intercept(name => {
            if (name !== method) return
            left -= 1
            if (left === 0) world.observed.fail(method, new Error('the process died'), { times: 1, when })
          })
          await world.desired.addDomain(id, www)
          await Promise.allSettled([world.drain()])
          world.observed.heal()
          world.observed.intercept(() => undefined)
          await world.resync()
          await world.settle()
          expect(await world.domainOf(id, www), `${method} ${call} ${when}`).toMatchObject({ status: 'active' })
          expect(world.liveRoute(www)).toMatchObject({ policy: { https_redirect: true } })
        }
      }
    }
  })

  test('while a domain is withdrawn leaves nothing behind', async () => {
    for (const method of ['removeRoute', 'removeCertificates'] as const) {
      world = createTestWorld()
      await world.resync()
      const { id, host } = await startService()
      await activate(id, www, host)
      world.edge.fail(method, new AppError('unavailable', 'the process died'), { times: 1, when: 'after' })
      await world.desired.removeDomain(id, www)
      await world.drain()
      await world.resync()
      await world.settle()
      expect(world.liveRoute(www), method).toBeUndefined()
      expect(certificatesOf(www)).toEqual([])
      expect((await world.observed.listRoutes()).map(route => route.host)).toEqual([host])
    }
  })

  test('after a certificate was issued and before it was written down does not ask again', async () => {
    const { id, host } = await startService()
    point(www, host)
    world.certificateBook.fail('recordAttempt', new Error('the process died'), { times: 1 })
    await world.desired.addDomain(id, www)
    await world.drain()
    const issued = world.certificates.countIssued()
    await world.resync()
    await world.settle()
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active' })
    expect(world.certificates.countIssued()).toBe(issued)
    expect(world.tables.attempts.filter(({ names }) => names.includes(www))).toMatchObject([{ outcome: 'issued' }])
  })

  test('that loses a new domain’s first look is noticed by the next comparison', async () => {
    const { id, host } = await startService()
    point(www, host)
    world.interruptions.stop()
    await world.desired.addDomain(id, www)
    await world.drain()
    const restarted = world.restart()
    await world.resync()
    await world.queue.drain(restarted)
    expect(await world.domainOf(id, www)).toMatchObject({ status: 'active' })
  })

  test('that leaves a certificate of a removed domain is tidied up by the next comparison', async () => {
    await world.certificates.issueCertificate([www], { challenge: 'http' })
    await world.resync()
    expect(world.certificates.listRevoked()).toHaveLength(1)
    expect(certificatesOf(www)).toEqual([])
  })
})
