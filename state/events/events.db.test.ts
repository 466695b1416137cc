import type { ServiceId, StoredEvent } from '@parcela/core'
import { waitUntil } from '@parcela/kit'
import { sql } from 'kysely'
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

/** Follows in the background; `seen` grows, `ended` resolves when the stream does. */
const follow = (id: ServiceId, afterId = 0) => {
  const seen: StoredEvent[] = []
  const ending = new AbortController()
  const read = async (): Promise<void> => {
    const options = { afterId, signal: ending.signal }
    for await (const event of world.events.follow([world.ana.team_id], id, options)) seen.push(event)
  }
  return { seen, ended: read(), end: () => ending.abort() }
}
const statusesOf = (events: StoredEvent[]): string[] =>
  events.map(({ event }) => (event.type === 'step' ? `${event.step} ${event.status}` : event.status))
const steps = async (id: ServiceId, count: number): Promise<void> => {
  const run = await world.journal.startRun({ id, generation: 1, release_id: null })
  for (let index = 0; index < count; index += 1) {
    const step = await world.journal.startStep(run, `step-${index}`, new Date())
    await world.journal.finishStep(step, { status: 'done', message: null }, new Date())
  }
  await world.journal.finishRun(run, 'done')
}
const ids = (events: StoredEvent[]): number[] => events.map(({ id }) => id)

test('every event is told once, in order, from the first on and as it happens', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'sigue'))
  const early = follow(id)
  await steps(id, 3)
  const late = follow(id)
  await world.desired.actOnService([world.ana.team_id], id, 'restart')
  const expected = [
    'queued',
    'step-0 running',
    'step-0 done',
    'step-1 running',
    'step-1 done',
    'step-2 running',
    'step-2 done',
    'queued',
  ]
  for (const stream of [early, late]) {
    await waitUntil(() => stream.seen.length >= expected.length, { timeoutMs: 5_000, what: 'all events' })
    expect(statusesOf(stream.seen)).toEqual(expected)
    expect(ids(stream.seen)).toEqual(ids(stream.seen).toSorted((one, other) => one - other))
    stream.end()
    await stream.ended
  }
  const resumed = follow(id, early.seen[5]?.id)
  await waitUntil(() => resumed.seen.length >= 2, { timeoutMs: 5_000, what: 'the rest' })
  expect(statusesOf(resumed.seen)).toEqual(expected.slice(6))
  resumed.end()
  await resumed.ended
})

test('events of many writers at once are told once each, and none is missed', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'muchos'))
  const stream = follow(id)
  await Promise.all([1, 2, 3, 4, 5].map(() => steps(id, 5)))
  await waitUntil(() => stream.seen.length >= 51, { timeoutMs: 10_000, what: 'all events' })
  expect(new Set(ids(stream.seen)).size).toBe(51)
  expect(ids(stream.seen)).toEqual(ids(stream.seen).toSorted((one, other) => one - other))
  stream.end()
  await stream.ended
})

test('nothing is lost when the listening connection is cut', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'corte'))
  const changes: number[] = []
  const stopTelling = world.reader.onChange(change => {
    if (change.id === id) changes.push(change.generation)
  })
  const stream = follow(id)
  await steps(id, 1)
  await waitUntil(() => stream.seen.length === 3, { timeoutMs: 5_000, what: 'the first events' })
  for (let cut = 0; cut < 3; cut += 1) {
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'parcela listener' and datname = current_database()
    `.execute(world.database.db)
    await steps(id, 1)
    await world.desired.actOnService([world.ana.team_id], id, 'restart')
  }
  await waitUntil(() => stream.seen.length >= 12, { timeoutMs: 20_000, what: 'the events after the cuts' })
  expect(new Set(ids(stream.seen)).size).toBe(12)
  await waitUntil(() => changes.at(-1) === 4, { timeoutMs: 20_000, what: 'the latest change' })
  stopTelling()
  stream.end()
  await stream.ended
})

test('who follows a service is told of its end by the end of the stream', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'acaba'))
  const stream = follow(id)
  await world.desired.deleteService([world.ana.team_id], id, { purge: true })
  await waitUntil(() => stream.seen.length === 2, { timeoutMs: 5_000, what: 'the deletion' })
  await world.observed.completeDeletion(id, { files: true })
  await stream.ended
  expect(statusesOf(stream.seen)).toEqual(['queued', 'deleting'])
})

test('the events of another team are not found', async () => {
  const { id } = await world.desired.createService(newService(world.bruno, 'ajena'))
  await expect(follow(id).ended).rejects.toMatchObject({ code: 'not_found' })
})

test('an event is written only when a person would be told something else', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'callada'))
  const stream = follow(id)
  const status = { status_reason: null, serving_release_id: null, warnings: [], attempts: 0, retry_at: null }
  await world.observed.recordStatus(id, { ...status, status: 'building', generation: 1 })
  await world.observed.recordStatus(id, { ...status, status: 'building', generation: 1, attempts: 2 })
  await world.observed.recordStatus(id, { ...status, status: 'running', generation: 1 })
  await world.desired.actOnService([world.ana.team_id], id, 'restart')
  // Late news of the generation before.
  await world.observed.recordStatus(id, { ...status, status: 'failed', generation: 1 })
  await world.observed.recordStatus(id, { ...status, status: 'running', generation: 2 })
  await waitUntil(() => stream.seen.length >= 5, { timeoutMs: 5_000, what: 'the events' })
  expect(statusesOf(stream.seen)).toEqual(['queued', 'building', 'running', 'queued', 'running'])
  stream.end()
  await stream.ended
})

test('only the last events of a service are kept', async () => {
  const { id } = await world.desired.createService(newService(world.ana, 'larga'))
  await steps(id, 300)
  const { rows } = await sql<{ kept: number }>`
    select count(*)::int as kept from events where service_id = ${id}
  `.execute(world.database.db)
  expect(rows[0]?.kept).toBeGreaterThanOrEqual(500)
  expect(rows[0]?.kept).toBeLessThanOrEqual(560)
})
