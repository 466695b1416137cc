import { latencyBoundsMs, type Service, type ServiceId, type TrafficFigures } from '@parcela/core'
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

const now = new Date('2026-11-23T12:00:00Z')
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const ago = (ms: number): Date => new Date(now.getTime() - ms)
const serviceOf = (name: string): Promise<Service> => world.desired.createService(newService(world.ana, name))
const visits = (service_id: ServiceId, minute: Date, count: number): TrafficFigures => ({
  service_id,
  minute,
  requests: [0, count, 0, 1, 0],
  bytes: count * 5_000_000_000,
  latencies: [count, ...latencyBoundsMs.map(() => 0)],
})
const read = ({ id }: Service, stepSeconds: 60 | 3600, from = ago(100 * 24 * hourMs)) =>
  world.visits.readTraffic([world.ana.team_id], id, { from, to: now, stepSeconds })
const countsOf = async (...args: Parameters<typeof read>): Promise<[string, number | undefined][]> =>
  (await read(...args)).map(({ at, requests }) => [at.toISOString(), requests[1]])

test('figures of several edges add up, and what was counted is not counted again', async () => {
  const [service, other] = [await serviceOf('visitas'), await serviceOf('otras')]
  expect(await world.recorder.findPosition('one')).toBeNull()
  const minute = ago(5 * minuteMs)
  await Promise.all([
    world.recorder.record('one', '10', [
      visits(service.id, minute, 1),
      visits(other.id, minute, 8),
      visits(service.id, minute, 2),
    ]),
    world.recorder.record('two', '99', [visits(other.id, minute, 8), visits(service.id, minute, 4)]),
  ])
  expect(await world.recorder.findPosition('one')).toBe('10')
  expect(await world.recorder.findPosition('two')).toBe('99')
  expect(await read(service, 60)).toEqual([
    {
      service_id: service.id,
      at: minute,
      requests: [0, 7, 0, 3, 0],
      bytes: 35_000_000_000,
      latencies: [7, ...latencyBoundsMs.map(() => 0)],
    },
  ])
  await world.recorder.record('one', '11', [])
  expect(await world.recorder.findPosition('one')).toBe('11')
})

test('a transaction that fails moves no position', async () => {
  const service = await serviceOf('rota')
  const broken = { ...visits(service.id, now, 1), bytes: -1 }
  await expect(world.recorder.record('broken', '5', [broken])).rejects.toThrow()
  expect(await world.recorder.findPosition('broken')).toBeNull()
})

test('figures of services that are gone are left out, the others are kept', async () => {
  const [service, gone] = [await serviceOf('queda'), await serviceOf('se-fue')]
  await world.desired.deleteService('every-team', gone.id, { purge: true })
  await world.observed.completeDeletion(gone.id, { files: true })
  const minute = ago(minuteMs)
  await world.recorder.record('three', '1', [
    visits(gone.id, minute, 1),
    visits(service.id, minute, 2),
    visits('svc_x' as ServiceId, minute, 3),
  ])
  expect(await countsOf(service, 60)).toEqual([[minute.toISOString(), 2]])
})

test('minutes are folded into hours after two days, hours are forgotten after ninety, and nothing is lost or doubled between', async () => {
  const service = await serviceOf('pliega')
  const hour = new Date('2026-11-21T11:00:00Z')
  const inHour = (minutes: number): Date => new Date(hour.getTime() + minutes * minuteMs)
  await world.recorder.record('four', '1', [
    visits(service.id, inHour(10), 1),
    visits(service.id, inHour(20), 2),
    visits(service.id, ago(10 * minuteMs), 4),
    visits(service.id, ago(91 * 24 * hourMs), 64),
  ])
  const hours = [
    [hour.toISOString(), 3],
    ['2026-11-23T11:00:00.000Z', 4],
  ]
  await world.recorder.compact(ago(hourMs))
  await world.recorder.compact(now)
  expect(await countsOf(service, 60)).toEqual([[ago(10 * minuteMs).toISOString(), 4]])
  expect(await countsOf(service, 3600)).toEqual(hours)
  // An edge that was away tells late of the same hour.
  await world.recorder.record('five', '1', [visits(service.id, inHour(30), 8)])
  expect((await countsOf(service, 3600))[0]).toEqual([hour.toISOString(), 11])
  await world.recorder.compact(now)
  expect((await countsOf(service, 3600))[0]).toEqual([hour.toISOString(), 11])
  expect(await countsOf(service, 3600, ago(24 * hourMs))).toEqual([hours[1]])
})

test("another team's visits are not found", async () => {
  const service = await serviceOf('ocultas')
  const span = { from: ago(hourMs), to: now, stepSeconds: 60 as const }
  for (const scope of [[world.bruno.team_id], []])
    await expect(world.visits.readTraffic(scope, service.id, span)).rejects.toMatchObject({ code: 'not_found' })
})
