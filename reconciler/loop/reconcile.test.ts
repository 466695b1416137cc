import { AppError } from '@parcela/contract'
import type { ReleaseId, ServiceId, TeamId } from '@parcela/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestWorld, type TestWorld } from './test-world.ts'

let world: TestWorld
const statusOf = (id: ServiceId) => world.statusOf(id)

const listContents = async () => {
  const digests: string[] = []
  for await (const { sha256 } of world.files.list()) digests.push(sha256)
  return digests
}

beforeEach(async () => {
  world = createTestWorld()
  await world.resync()
})

describe('a service that is asked for', () => {
  test('without files it serves a placeholder and runs', async () => {
    const spec = await world.desired.addService()
    await world.drain()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', generation: 1, serving_release_id: null })
    expect(await world.served(spec)).toMatchObject({ state: 'serving', release: null })
    expect(
      (await world.nameServer.listRecords()).filter(({ name }) => name === `${spec.name}.apps.localhost`),
    ).toHaveLength(2)
  })

  test('its release is live once a request through the edge was answered by it', async () => {
    const spec = await world.desired.addService()
    const release = await world.publish(spec.id, 'one')
    await world.drain()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', serving_release_id: release.id })
    expect(await world.served(spec)).toMatchObject({ release: release.id })
    expect(await world.desired.findRelease(release.id)).toMatchObject({ status: 'live' })
  })

  test('reconciling once more does nothing', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    const runs = world.tables.runs.size
    await world.reconcileService(spec.id)
    expect(world.tables.runs.size).toBe(runs)
  })
})

describe('publishing again', () => {
  test('the old instance serves until the new one does, and goes after the drain', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'one')
    await world.settle()
    const second = await world.publish(spec.id, 'two')
    await world.drain()
    expect(await world.served(spec)).toMatchObject({ release: second.id })
    expect(await world.runtime.listInstances(spec.id)).toHaveLength(2)
    world.clock.advance(6_000)
    await world.drain()
    expect((await world.runtime.listInstances(spec.id)).map(({ release_id }) => release_id)).toEqual([second.id])
  })

  test('a later publish takes the place of one that is still being built', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    const release = world.runtime.holdBuilds()
    const first = await world.publish(spec.id, 'one')
    const working = world.drain()
    const second = await world.publish(spec.id, 'two')
    release()
    await working
    await world.settle()
    expect(await world.desired.findRelease(first.id)).toMatchObject({ status: 'superseded' })
    expect(await world.desired.findRelease(second.id)).toMatchObject({ status: 'live' })
    expect(await world.served(spec)).toMatchObject({ release: second.id })
  })

  test('work that was cut off when the platform stopped is finished after the next start', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'one')
    await world.settle()
    const release = world.runtime.holdBuilds()
    const second = await world.publish(spec.id, 'two')
    const working = world.drain()
    await expect.poll(async () => (await statusOf(spec.id)).status).toBe('updating')
    world.interruptions.stop()
    release()
    await working
    expect(await statusOf(spec.id)).toMatchObject({ status: 'updating', generation: 3 })

    const restarted = world.restart()
    await world.resync()
    await world.queue.drain(restarted)
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', serving_release_id: second.id })
  })

  test('however long the build took, the old instance serves on for the whole drain', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'one')
    await world.settle()
    const release = world.runtime.holdBuilds()
    await world.publish(spec.id, 'two')
    const working = world.drain()
    await expect.poll(async () => (await statusOf(spec.id)).status).toBe('updating')
    world.clock.advance(60_000)
    release()
    await working
    expect(await world.runtime.listInstances(spec.id)).toHaveLength(2)
    world.clock.advance(6_000)
    await world.drain()
    expect(await world.runtime.listInstances(spec.id)).toHaveLength(1)
  })

  test('a release that was taken back before its turn came does not stay queued', async () => {
    const spec = await world.desired.addService()
    const first = await world.publish(spec.id, 'one')
    await world.settle()
    const second = await world.publish(spec.id, 'two')
    await world.desired.changeService(spec.id, { release_id: first.id })
    await world.settle()
    expect(await world.desired.findRelease(second.id)).toMatchObject({ status: 'superseded' })
    expect(await world.desired.findRelease(first.id)).toMatchObject({ status: 'live' })
  })

  test('a release that fails after it was built leaves no image and no port behind', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'one')
    await world.settle()
    const left = async () => {
      const other = 'svc_other' as ServiceId
      const nextPort = await world.leases.leasePort(other, 'x')
      await world.leases.releasePorts(other, { keep: [] })
      return { nextPort, images: await world.runtime.listImages(spec.id) }
    }
    const before = await left()
    world.runtime.fail('ensureInstance', new AppError('rejected', 'it does not start'), { times: 1 })
    await world.publish(spec.id, 'two')
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'failed' })
    expect(await left()).toEqual(before)
  })

  test('a release that the engine refuses never takes down the one that serves', async () => {
    const spec = await world.desired.addService()
    const good = await world.publish(spec.id, 'one')
    await world.settle()
    world.runtime.fail('ensureImage', new AppError('rejected', 'the build failed'), { times: 1 })
    const bad = await world.publish(spec.id, 'two')
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({
      status: 'failed',
      serving_release_id: good.id,
      status_reason: { code: 'rejected', step: 'build-image' },
      retry_at: null,
    })
    expect(await world.desired.findRelease(bad.id)).toMatchObject({ status: 'failed' })
    expect(await world.served(spec)).toMatchObject({ release: good.id })
  })

  test('after a failed release the one that serves is still kept up', async () => {
    const spec = await world.desired.addService()
    const good = await world.publish(spec.id, 'one')
    await world.settle()
    world.runtime.fail('ensureImage', new AppError('rejected', 'the build failed'), { times: 1 })
    await world.publish(spec.id, 'two')
    await world.settle()
    for (const { id } of await world.runtime.listInstances(spec.id)) world.runtime.removeByHand(id)
    await world.resync()
    await world.settle()
    expect(await world.served(spec)).toMatchObject({ release: good.id })
    expect(await statusOf(spec.id)).toMatchObject({ status: 'failed', serving_release_id: good.id })
  })
})

test('the list of a release’s files is read for the build, and not for every look at its service', async () => {
  const spec = await world.desired.addService()
  let reads = 0
  const { readManifest } = world.desired
  world.desired.readManifest = async id => {
    reads += 1
    return readManifest(id)
  }
  await world.publish(spec.id, 'one')
  await world.settle()
  const afterBuild = reads
  for (let round = 0; round < 3; round += 1) await world.reconcileService(spec.id)
  expect({ afterBuild, reads }).toEqual({ afterBuild: 2, reads: 2 })
})

describe('when something does not answer', () => {
  test('a place that cannot be had while the image is still being built ends nothing but the attempt', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    await world.publish(spec.id, 'one')
    world.runtime.fail(
      'ensureNetwork',
      new AppError('conflict', 'The subnet is used by something else.', { details: { reason: 'subnet_taken' } }),
      { times: 1 },
    )
    const release = world.runtime.holdBuilds()
    const working = world.drain()
    // Long enough for a rejection that nobody listens to to end the process.
    await new Promise(resolve => setTimeout(resolve, 20))
    release()
    await working
    expect(await statusOf(spec.id)).toMatchObject({ status_reason: { step: 'run-container', reason: 'subnet_taken' } })
    world.clock.advance(120_000)
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running' })
  })

  test('an engine that is down is told, and the work resumes by itself', async () => {
    const spec = await world.desired.addService()
    world.runtime.setReachable(false)
    await world.drain()
    const waiting = await statusOf(spec.id)
    expect(waiting).toMatchObject({ status: 'queued', attempts: 1, status_reason: { code: 'unavailable' } })
    expect(waiting.retry_at).not.toBeNull()
    world.runtime.setReachable(true)
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', attempts: 0, status_reason: null })
  })

  test('an engine that is down is told by the services that run, too, and is forgotten when it is back', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    world.runtime.setReachable(false)
    await expect(world.resync()).rejects.toMatchObject({ code: 'unavailable' })
    await world.drain()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', status_reason: { code: 'unavailable' } })
    world.runtime.setReachable(true)
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', status_reason: null, retry_at: null })
  })

  test('a port that something else has is left alone, and another one is used', async () => {
    const spec = await world.desired.addService()
    const first = await world.leases.leasePort('svc_other' as ServiceId, 'x')
    await world.leases.releasePorts('svc_other' as ServiceId, { keep: [] })
    world.runtime.takePort(first)
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running' })
    expect((await world.runtime.listInstances(spec.id))[0]?.upstream?.port).not.toBe(first)
  })

  test('an image that somebody removed meanwhile is built again', async () => {
    const spec = await world.desired.addService()
    const missing = new AppError('rejected', 'no such image', { details: { reason: 'image_missing' } })
    world.runtime.fail('ensureInstance', missing, { times: 2 })
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', attempts: 0 })
  })

  test('a conflict that does not pass ends the attempts after a while', async () => {
    const spec = await world.desired.addService()
    world.runtime.fail('ensureInstance', new AppError('conflict', 'somebody has the name'))
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'failed', retry_at: null })
  })

  test('a server that ends by itself fails the release with its last words', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    const release = await world.publish(spec.id, 'one')
    const start = world.runtime.ensureInstance
    world.runtime.ensureInstance = async given => {
      const started = await start(given)
      world.runtime.writeLog(started.id, 'no space for me', 'stderr')
      world.runtime.crashInstance(started.id)
      return started
    }
    await world.drain()
    const { status, status_reason } = await statusOf(spec.id)
    expect(status).toBe('failed')
    expect(status_reason).toMatchObject({ code: 'rejected', step: 'await-healthy' })
    expect(status_reason?.message).toContain('ended by itself with code 1. Its last lines: no space for me')
    expect((await world.runtime.listInstances(spec.id)).map(({ release_id }) => release_id)).not.toContain(release.id)
    expect(await world.served(spec)).toMatchObject({ state: 'serving', release: null })
  })
})

describe('drift', () => {
  test('a container removed by hand comes back, and its service is told to run again', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    for (const { id } of await world.runtime.listInstances(spec.id)) world.runtime.removeByHand(id)
    await world.resync()
    await world.settle()
    expect(await world.served(spec)).toMatchObject({ state: 'serving', release: null })
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running', status_reason: null })
  })

  test('one of ours that nobody wants is removed, a foreign one is not', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    const foreign = world.runtime.addForeign()
    world.tables.services.delete(spec.id)
    world.tables.statuses.delete(spec.id)
    await world.resync()
    expect(await world.runtime.listInstances()).toEqual([])
    expect(await world.runtime.listImages()).toEqual([])
    expect(world.edge.listRoutes()).toEqual([])
    expect(world.runtime.listForeign()).toEqual([foreign])
  })

  test('a comparison begun before a route is switched does not put the old one back', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    const gate = Promise.withResolvers<void>()
    const listRoutes = world.observed.listRoutes
    world.observed.listRoutes = async () => {
      const routes = await listRoutes()
      await gate.promise
      return routes
    }
    const comparing = world.resync()
    const release = await world.publish(spec.id, 'newer')
    const publishing = world.drain()
    await Promise.race([publishing, new Promise(resolve => setTimeout(resolve, 50))])
    gate.resolve()
    await Promise.all([comparing, publishing])
    expect(await world.served(spec)).toMatchObject({ state: 'serving', release: release.id })
  })

  test('one thing that cannot be removed does not keep the others', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    world.tables.services.delete(spec.id)
    world.tables.statuses.delete(spec.id)
    world.runtime.fail('removeImage', new AppError('conflict', 'a container that is not ours uses it'))
    await expect(world.resync()).rejects.toThrow('a container that is not ours uses it')
    expect(world.edge.listRoutes()).toEqual([])
    expect(await world.runtime.listNetworks()).toEqual([])
  })

  test('contents that nothing refers to go after their time, and not before', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'published')
    const lost = world.files.add('lost')
    await world.resync()
    expect(await listContents()).toContain(lost)
    world.clock.advance(2_000)
    await world.resync()
    expect(await listContents()).toHaveLength(1)
  })

  test('a satisfied world needs no work', async () => {
    await world.desired.addService()
    await world.settle()
    await world.resync()
    expect(world.queue.listWaiting()).toEqual([])
  })
})

describe('stopping, starting and deleting', () => {
  test('a stopped service keeps its place and answers with a page that says so', async () => {
    const spec = await world.desired.addService()
    await world.settle()
    await world.desired.changeService(spec.id, { power: 'stopped' })
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'stopped', serving_release_id: null })
    expect((await world.served(spec)).state).toBe('stopped')
    await world.desired.changeService(spec.id, { power: 'running' })
    await world.settle()
    expect(await statusOf(spec.id)).toMatchObject({ status: 'running' })
  })

  test('deleting leaves nothing but the files for the time of retention', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'one')
    await world.settle()
    await world.desired.changeService(spec.id, { power: 'deleted' })
    await world.drain()
    expect(await world.runtime.listInstances()).toEqual([])
    expect(await world.runtime.listImages()).toEqual([])
    expect(await world.runtime.listNetworks()).toEqual([])
    expect(world.edge.listRoutes()).toEqual([])
    expect(await world.nameServer.listRecords()).toEqual([])
    expect(world.tables.releases.size).toBe(1)
    world.clock.advance(8 * 86_400_000)
    await world.resync()
    expect(world.tables.releases.size).toBe(0)
  })

  test('the files of a deleted service stay for somebody who is publishing the same ones right now', async () => {
    const spec = await world.desired.addService()
    await world.publish(spec.id, 'the same')
    await world.publish(spec.id, 'only mine')
    const upload = world.files.hold()
    const other = await upload.put(
      (async function* () {
        yield Buffer.from('the same')
      })(),
      { limitBytes: 100 },
    )
    await world.desired.changeService(spec.id, { power: 'deleted', purge: true })
    await world.drain()
    expect(await listContents()).toEqual([other.sha256])
    await upload.discard(world.desired.findUnreferencedBlobs)
    expect(await listContents()).toEqual([])
  })

  test('the network of a team stays while another of its services is there', async () => {
    const team_id = 'team_of_two' as TeamId
    const one = await world.desired.addService({ team_id })
    await world.desired.addService({ team_id })
    await world.settle()
    await world.desired.changeService(one.id, { power: 'deleted' })
    await world.settle()
    expect((await world.runtime.listNetworks()).map(network => network.team_id)).toEqual([team_id])
  })

  test('a service removed while it is building ends up removed', async () => {
    const spec = await world.desired.addService()
    const release = world.runtime.holdBuilds()
    await world.publish(spec.id, 'one')
    const working = world.drain()
    await world.desired.changeService(spec.id, { power: 'deleted', release_id: null as ReleaseId | null })
    release()
    await working
    await world.settle()
    expect(await world.runtime.listInstances()).toEqual([])
    expect(world.edge.listRoutes()).toEqual([])
  })
})
