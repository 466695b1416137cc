import { AppError } from '@parcela/contract'
import type { ServiceSpec } from '@parcela/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestWorld, type TestWorld } from './test-world.ts'

let world: TestWorld
const hostOf = ({ name }: ServiceSpec) => `${name}.apps.localhost`
const published = async () =>
  (await world.nameServer.listRecords()).map(({ name, type, values }) => `${name} ${type} ${values.join()}`).sort()

beforeEach(async () => {
  world = createTestWorld()
  await world.resync()
})

describe('records', () => {
  test('are one per service, and kept in the database', async () => {
    const spec = await world.desired.addService()
    await world.drain()
    expect(await published()).toEqual([`${hostOf(spec)} A 127.0.0.1`, `${hostOf(spec)} AAAA ::1`])
    await world.resync()
    expect(await world.observed.listRecords()).toEqual(await world.nameServer.listRecords())
  })

  test('or one wildcard, which stays when a service goes', async () => {
    world = createTestWorld({ options: { recordsMode: 'wildcard' } })
    await world.resync()
    const wildcard = ['*.apps.localhost A 127.0.0.1', '*.apps.localhost AAAA ::1']
    expect(await published()).toEqual(wildcard)
    const spec = await world.desired.addService()
    await world.drain()
    expect(world.takeSteps()).not.toContain('ensure-records')
    await world.desired.changeService(spec.id, { power: 'deleted' })
    await world.drain()
    expect(await published()).toEqual(wildcard)
  })

  test('include the page’s own name where it lies in a zone of ours', async () => {
    world = createTestWorld({ zones: ['apps.localhost', 'parcela.localhost'] })
    await world.resync()
    expect(await published()).toEqual(['parcela.localhost A 127.0.0.1', 'parcela.localhost AAAA ::1'])
  })

  test('that the server lost come back, and those that nobody wants go', async () => {
    const spec = await world.desired.addService()
    await world.drain()
    const before = await published()
    await world.nameServer.removeRecords(hostOf(spec))
    await world.nameServer.ensureRecords({ name: 'old.apps.localhost', type: 'A', ttl: 60, values: ['127.0.0.1'] })
    await world.resync()
    expect(await published()).toEqual(before)
  })

  test('a name server that is down is told, holds up nothing, and is tried again', async () => {
    world.nameServer.failAll(new AppError('unavailable', 'the name server does not answer'))
    const spec = await world.desired.addService()
    await world.drain()
    expect(await world.statusOf(spec.id)).toMatchObject({
      status: 'running',
      status_reason: null,
      warnings: [expect.stringContaining('the name server does not answer')],
    })
    await expect(world.resync()).rejects.toMatchObject({ code: 'unavailable' })
    await world.drain()
    expect((await world.statusOf(spec.id)).warnings).toHaveLength(1)
    world.nameServer.heal()
    await world.resync()
    await world.drain()
    expect(await published()).toHaveLength(2)
    expect(await world.statusOf(spec.id)).toMatchObject({ status: 'running', warnings: [] })
  })

  test('what a release is warned of stays told, whatever comes and goes beside it', async () => {
    const spec = await world.desired.addService()
    await world.drain()
    const missing = 'There is no index.html.'
    await world.observed.recordStatus(spec.id, { ...(await world.statusOf(spec.id)), warnings: [missing] })
    world.nameServer.failAll(new AppError('unavailable', 'the name server does not answer'))
    await world.reconcileService(spec.id)
    expect((await world.statusOf(spec.id)).warnings).toHaveLength(2)
    world.nameServer.heal()
    await world.resync()
    await world.drain()
    expect((await world.statusOf(spec.id)).warnings).toEqual([missing])
    await world.resync()
    expect(world.queue.listWaiting()).toEqual([])
  })

  test('a service is deleted while the name server is down, and its records go later', async () => {
    const spec = await world.desired.addService()
    await world.drain()
    world.nameServer.failAll(new AppError('unavailable', 'the name server does not answer'))
    await world.desired.changeService(spec.id, { power: 'deleted', purge: true })
    await world.drain()
    expect(await world.desired.findService(spec.id)).toBeUndefined()
    world.nameServer.heal()
    expect(await published()).toHaveLength(2)
    await world.resync()
    expect(await published()).toEqual([])
  })
})

describe('settings of a service’s names', () => {
  test.each([
    [{ https_redirect: false }, { policy: { https_redirect: false } }],
    [{ edge_class: 'large' as const }, { policy: { edge_class: 'large' } }],
    [{ maintenance: true }, { state: 'maintenance' }],
  ])('%j changes the route and restarts nothing', async (change, route) => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'one')
    await world.settle()
    const instances = await world.runtime.listInstances(spec.id)
    world.takeSteps()
    await world.desired.changeService(spec.id, change)
    await world.drain()
    expect(world.takeSteps()).toEqual(['switch-route', 'verify'])
    expect(world.liveRoute(hostOf(spec))).toMatchObject(route)
    expect(await world.runtime.listInstances(spec.id)).toEqual(instances)
    await world.resync()
    expect(world.queue.listWaiting()).toEqual([])
  })

  test('a release that is published during maintenance waits behind the page', async () => {
    const spec = await world.desired.addService()
    await world.desired.changeService(spec.id, { maintenance: true })
    await world.settle()
    const release = await world.publish(spec.id, 'one')
    await world.settle()
    expect(await world.statusOf(spec.id)).toMatchObject({ status: 'running', serving_release_id: release.id })
    expect(await world.runtime.listInstances(spec.id)).toHaveLength(1)
    await world.desired.changeService(spec.id, { maintenance: false })
    await world.drain()
    expect(await world.served(spec)).toMatchObject({ state: 'serving', release: release.id })
  })

  test('a release that fails during maintenance leaves the one before in its place', async () => {
    const spec = await world.desired.addService()
    const good = await world.publish(spec.id, 'one')
    await world.desired.changeService(spec.id, { maintenance: true })
    await world.settle()
    world.runtime.fail('ensureImage', new AppError('rejected', 'the build failed'), { times: 1 })
    await world.publish(spec.id, 'two')
    await world.settle()
    expect(await world.statusOf(spec.id)).toMatchObject({ status: 'failed', serving_release_id: good.id })
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ state: 'maintenance', release_id: good.id })
  })

  test('a stopped service in maintenance says that it is stopped', async () => {
    const spec = await world.desired.addService({ maintenance: true })
    await world.settle()
    await world.desired.changeService(spec.id, { power: 'stopped' })
    await world.settle()
    expect(world.liveRoute(hostOf(spec))).toMatchObject({ state: 'stopped', upstream: null })
  })
})
