import type { ServiceId, WorkQueue } from '@parcela/core'
import { silentLog, spawn, waitUntil } from '@parcela/kit'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/open-database.ts'
import { startTestServer, type TestServer, testClock } from '../database/test-database.ts'
import { createWorkQueue } from './create-work-queue.ts'

let server: TestServer
let database: Database
let queue: WorkQueue
const started: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  server = await startTestServer()
})
beforeEach(async () => {
  database = await server.createDatabase()
  queue = createWorkQueue({ database, log: silentLog, clock: testClock })
})
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.stop()
  // The server has few connections, and idle ones would be kept for a while.
  await database.close()
})
afterAll(() => server.stop())

const service = (name: string): ServiceId => `svc_${name}` as ServiceId
const anHourAhead = (): Date => new Date(Date.now() + 3_600_000)
const start = async (handle: (id: ServiceId) => Promise<void>, on = queue): Promise<void> => {
  started.push(await on.start(handle, { concurrency: 3 }))
}
const waiting = async (): Promise<{ key: string | null; run_at: Date }[]> => {
  const { rows } = await sql<{ key: string | null; run_at: Date }>`
    select key, run_at from graphile_worker.jobs
  `.execute(database.db)
  return rows
}

test('a wake-up is worked on at once, and nothing is left of it', async () => {
  const worked = Promise.withResolvers<ServiceId>()
  await start(async id => worked.resolve(id))
  const before = performance.now()
  await queue.wake(service('a'))
  expect(await worked.promise).toBe('svc_a')
  expect(performance.now() - before).toBeLessThan(2_000)
  await waitUntil(async () => (await waiting()).length === 0, { timeoutMs: 5_000, what: 'the wake-up to be gone' })
})

test('many wake-ups are one, and the earliest time holds', async () => {
  await queue.wake(service('later'), { at: anHourAhead() })
  await queue.wake(service('later'))
  await queue.wake(service('now'))
  await queue.wake(service('now'), { at: anHourAhead() })
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => queue.wake(service('race'), index === 7 ? {} : { at: anHourAhead() })),
  )
  const jobs = await waiting()
  expect(jobs.map(({ key }) => key).toSorted()).toEqual(['svc_later', 'svc_now', 'svc_race'])
  for (const { run_at } of jobs) expect(run_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000)
})

test('a wake-up for later comes when its time has come', async () => {
  const times: number[] = []
  await start(async () => void times.push(Date.now()))
  const at = new Date(Date.now() + 400)
  await queue.wake(service('a'), { at })
  await waitUntil(() => times.length > 0, { timeoutMs: 5_000, what: 'the wake-up' })
  expect(times[0]).toBeGreaterThanOrEqual(at.getTime() - 5)
})

test('a service is never worked on twice at once, and who is woken meanwhile is worked on again', async () => {
  const other = createWorkQueue({ database, log: silentLog, clock: testClock })
  const runs: string[] = []
  let atOnce = 0
  let most = 0
  const handle = async (id: ServiceId): Promise<void> => {
    atOnce += 1
    most = Math.max(most, atOnce)
    runs.push(id)
    if (runs.length < 3) await queue.wake(id)
    await new Promise(resolve => setImmediate(resolve))
    atOnce -= 1
  }
  await start(handle)
  await start(handle, other)
  await queue.wake(service('a'))
  await waitUntil(async () => runs.length >= 3 && (await waiting()).length === 0, {
    timeoutMs: 10_000,
    what: 'three runs',
  })
  expect(most).toBe(1)
})

test('work that fails is repeated', async () => {
  let tries = 0
  await start(async () => {
    tries += 1
    if (tries === 1) throw new Error('broken')
  })
  await queue.wake(service('a'))
  await waitUntil(() => tries === 2, { timeoutMs: 15_000, what: 'the second try' })
})

test('what a killed process was working on is taken over, and not before it is dead', async () => {
  const child = spawn(
    [process.execPath, `${import.meta.dirname}/run-worker.test-process.ts`, database.connectionString],
    {
      output: 'pipe',
    },
  )
  let said = ''
  child.stdout?.on('data', part => {
    said += String(part)
  })
  try {
    await queue.wake(service('a'))
    await waitUntil(() => said.includes('svc_a'), { timeoutMs: 20_000, what: 'the other process to work' })
    // Woken again while it is worked on: the first wake-up has no attempts left then.
    await queue.wake(service('a'))
    const worked: string[] = []
    await start(async id => void worked.push(id))
    // More than the other process can take: it keeps what it takes, and takes six at most.
    for (let index = 0; index < 20; index += 1) await queue.wake(service(`other${index}`))
    await waitUntil(() => worked.length >= 14, { timeoutMs: 5_000, what: 'this process to work' })
    expect(worked).not.toContain('svc_a')

    child.kill('SIGKILL')
    await waitUntil(() => worked.includes('svc_a'), { timeoutMs: 40_000, what: 'the wake-up to be taken over' })
    await waitUntil(async () => (await waiting()).length === 0, { timeoutMs: 5_000, what: 'nothing to be left' })
  } finally {
    child.kill('SIGKILL')
  }
})

test('the queue goes on after every connection was cut', async () => {
  const worked: string[] = []
  await start(async id => void worked.push(id))
  const { rows } = await sql<{ cut: number }>`
    select count(pg_terminate_backend(pid))::int as cut from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
  `.execute(database.db)
  expect(rows[0]?.cut).toBeGreaterThan(0)
  await waitUntil(() => queue.wake(service('a')).then(() => true), { timeoutMs: 5_000, what: 'the database' })
  await waitUntil(() => worked.includes('svc_a'), { timeoutMs: 20_000, what: 'the wake-up' })
})

test('a wake-up that this process took without hearing of it is repeated', async () => {
  let pool: string | undefined
  const worked: string[] = []
  await start(async id => {
    worked.push(id)
    const jobs = await sql<{ locked_by: string }>`
      select locked_by from graphile_worker.jobs where key = ${id}
    `.execute(database.db)
    pool ??= jobs.rows[0]?.locked_by
  })
  await queue.wake(service('first'))
  await waitUntil(() => pool, { timeoutMs: 10_000, what: 'the queue to work' })
  // As it is left when the connection is cut between the taking and the answer.
  await sql`
    insert into graphile_worker._private_jobs (task_id, payload, key, locked_at, locked_by, max_attempts, attempts)
    select id, '{"service_id":"svc_lost"}', 'svc_lost', now(), ${pool}, 32767, 1
    from graphile_worker._private_tasks where identifier = 'reconcile'
  `.execute(database.db)
  await waitUntil(() => worked.includes('svc_lost'), { timeoutMs: 50_000, what: 'the lost wake-up' })
})
