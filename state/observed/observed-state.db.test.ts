import { defaultPolicy, type ReleaseId, type Route, type ServiceId, type ServiceStatus } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService, someFiles, type TestWorld } from '../database/test-world.ts'

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

const status: Omit<ServiceStatus, 'updated_at'> = {
  status: 'failed',
  status_reason: { code: 'rejected', message: 'The build failed.', step: 'build-image' },
  generation: 1,
  serving_release_id: null,
  warnings: ['one "thing"', "it's another"],
  attempts: 3,
  retry_at: new Date('2030-01-01T00:00:00Z'),
}
const publish = async (id: ServiceId): Promise<ReleaseId> => {
  const release = { files: someFiles(1), warnings: [], published_by: world.ana.id }
  return (await world.desired.createRelease([world.ana.team_id], id, release)).id
}
const statusesOf = async (id: ServiceId): Promise<string[]> => {
  const { items } = await world.desired.listReleases('every-team', id, { limit: 50, cursor: undefined })
  return items.map(release => release.status)
}

test('a status is read as it was written, and overwritten by the next', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'estado'))
  expect(await world.observed.findStatus(id)).toMatchObject({ status: 'queued', generation: 1 })
  await world.observed.recordStatus(id, status)
  expect(await world.observed.findStatus(id)).toMatchObject(status)
  expect((await world.observed.listStatuses()).get(id)).toMatchObject(status)
  expect((await world.desired.getService('every-team', id)).observed).toMatchObject(status)
  await world.observed.recordStatus(id, { ...status, status_reason: null, retry_at: null })
  expect(await world.observed.findStatus(id)).toMatchObject({ status_reason: null, retry_at: null })
})

test('a service that is not there has no status to write', async () => {
  await expect(world.observed.recordStatus('svc_none' as ServiceId, status)).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await world.observed.findStatus('svc_none' as ServiceId)).toBeUndefined()
})

test('one release of a service is live; the one before is retired and keeps the time it first went live', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'vivas'))
  const [one, two] = [await publish(id), await publish(id)]
  await world.observed.recordRelease(one, 'live', null)
  const first = (await world.desired.getRelease('every-team', one)).live_at
  await world.observed.recordRelease(two, 'live', null)
  expect(await statusesOf(id)).toEqual(['live', 'retired'])
  world.passTime(60_000)
  await world.observed.recordRelease(one, 'live', null)
  expect(await statusesOf(id)).toEqual(['retired', 'live'])
  expect((await world.desired.getRelease('every-team', one)).live_at).toEqual(first)
})

test('whatever is queued or building is superseded, but the one that counts', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'carrera'))
  const [one, two, three, four] = [await publish(id), await publish(id), await publish(id), await publish(id)]
  await world.observed.recordRelease(one, 'live', null)
  await world.observed.recordRelease(one, 'building', null)
  await world.observed.recordRelease(two, 'failed', status.status_reason)
  await world.observed.recordRelease(three, 'building', null)
  await world.observed.supersedeReleases(id, four)
  expect(await statusesOf(id)).toEqual(['queued', 'superseded', 'failed', 'retired'])
  expect((await world.desired.getRelease('every-team', two)).status_reason).toEqual(status.status_reason)
})

test('a release that was published a moment ago is not superseded by the work on an earlier one', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'apurada'))
  const [one, two] = [await publish(id), await publish(id)]
  await world.observed.supersedeReleases(id, one)
  expect((await world.desired.getRelease('every-team', two)).status).toBe('queued')
})

test('the routes of a service are kept, replaced and forgotten; one host belongs to one service', async () => {
  const { observed, desired, ana } = world
  const { id } = await desired.createService(newService(ana, 'ruta'))
  const other = await desired.createService(newService(ana, 'ruta-2'))
  const route: Route = {
    host: 'ruta.apps.localhost',
    service_id: id,
    state: 'serving',
    upstream: { address: '127.0.0.1', port: 20_001 },
    redirect_to: null,
    release_id: null,
    policy: defaultPolicy,
  }
  await observed.recordRoute(route)
  expect(await observed.listRoutesOf(id)).toEqual([route])
  const stopped: Route = { ...route, state: 'stopped', upstream: null }
  const custom: Route = {
    ...stopped,
    host: 'www.ruta.example',
    state: 'redirect',
    redirect_to: 'ruta.example',
    policy: { https_redirect: false, hsts: true, edge_class: 'large' },
  }
  await observed.recordRoute(stopped)
  await observed.recordRoute(custom)
  expect(await observed.listRoutesOf(id)).toEqual([stopped, custom])
  await expect(observed.recordRoute({ ...route, service_id: other.id })).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'host_taken' },
  })
  expect(await observed.listRoutes()).toEqual([stopped, custom])
  await observed.forgetRoute(route.host)
  await observed.forgetRoute(route.host)
  expect(await observed.listRoutesOf(id)).toEqual([custom])
  await observed.forgetRoute(custom.host)
  expect(await observed.listRoutesOf(id)).toEqual([])
})

test('the journal lists the steps of a service and of a release, with their times', async () => {
  const { journal, desired, ana } = world
  const { id } = await desired.createService(newService(ana, 'diario'))
  const release_id = await publish(id)
  const first = await journal.startRun({ id, generation: 1, release_id: null })
  await journal.finishStep(
    await journal.startStep(first, 'run-container', new Date()),
    { status: 'done', message: null },
    new Date(),
  )
  await journal.finishRun(first, 'done')
  const second = await journal.startRun({ id, generation: 2, release_id })
  await journal.finishStep(
    await journal.startStep(second, 'build-image', new Date()),
    { status: 'failed', message: 'no space' },
    new Date(),
  )
  expect((await journal.listSteps(id)).map(({ step }) => step)).toEqual(['run-container', 'build-image'])
  const [step, ...more] = await journal.listSteps(id, release_id)
  expect(more).toEqual([])
  expect(step).toMatchObject({ step: 'build-image', status: 'failed', message: 'no space', run_id: second, release_id })
  expect(Date.parse(step?.finished_at ?? '')).toBeGreaterThanOrEqual(Date.parse(step?.started_at ?? ''))
})

test('what a dead process left open is closed as failed', async () => {
  const { journal, desired, ana } = world
  const { id } = await desired.createService(newService(ana, 'abierto'))
  const run = await journal.startRun({ id, generation: 1, release_id: null })
  await journal.startStep(run, 'build-image', new Date())
  await journal.closeAbandonedRuns(id)
  await journal.closeAbandonedRuns(id)
  expect(await journal.listSteps(id)).toMatchObject([
    { step: 'build-image', status: 'failed', message: 'Interrupted.' },
  ])
})

test('the journal of a purged service takes the end of its last step in silence', async () => {
  const { journal, desired, observed, ana } = world
  const { id } = await desired.createService(newService(ana, 'purgado'))
  await desired.deleteService([ana.team_id], id, { purge: true })
  const run = await journal.startRun({ id, generation: 2, release_id: null })
  const step = await journal.startStep(run, 'forget', new Date())
  await observed.completeDeletion(id, { files: true })
  await journal.finishStep(step, { status: 'done', message: null }, new Date())
  await journal.finishRun(run, 'done')
  expect(await journal.listSteps(id)).toEqual([])
  await expect(journal.startRun({ id, generation: 2, release_id: null })).rejects.toMatchObject({ code: 'not_found' })
})

test('a build log is read in the order in which it was said, whatever bytes it holds', async () => {
  const { journal, desired, ana } = world
  const { id } = await desired.createService(newService(ana, 'bitacora'))
  const release = await publish(id)
  await journal.appendBuildLog(release, ['Step 1/4', 'ñ "quoted" {braces}, NULL'])
  await journal.appendBuildLog(release, [])
  await journal.appendBuildLog(release, ['zero \u0000 byte'])
  const log = await journal.readBuildLog(release)
  expect(log.map(({ text }) => text)).toEqual(['Step 1/4', 'ñ "quoted" {braces}, NULL', 'zero \ufffd byte'])
  expect(log[0]).toMatchObject({ stream: 'build', release_id: release })
})

test('of two services that end at once and share a content, one tells that nothing refers to it any more', async () => {
  const files = someFiles(1)
  for (let round = 0; round < 10; round++) {
    const release = { files, warnings: [] }
    const both = await Promise.all(
      ['uno', 'dos'].map(name => world.desired.createService(newService(world.ana, `${name}-${round}`, { release }))),
    )
    for (const { id } of both) await world.desired.deleteService([world.ana.team_id], id, { purge: true })
    const told = await Promise.all(both.map(({ id }) => world.observed.completeDeletion(id, { files: true })))
    expect(told.flat()).toContain(files[0]?.sha256)
  }
})
