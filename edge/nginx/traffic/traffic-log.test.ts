import { appendFile, mkdir, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { latencyBoundsMs, type TrafficFigures } from '@parcela/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countVisits } from './count-visits.ts'
import { createTrafficLog } from './create-traffic-log.ts'

let directory = ''
let log = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-traffic-'))
  await mkdir(join(directory, 'log'))
  log = join(directory, 'log/edge-access.log')
})

afterEach(() => rm(directory, { recursive: true }))

let written = 0
const line = (changes: Record<string, unknown> = {}): string => {
  written += 1
  const entry = {
    time: '2026-11-23T10:00:30+00:00',
    service: 'svc_1',
    status: 200,
    bytes: 100,
    seconds: 0.004,
    path: `/${written}`,
  }
  return `${JSON.stringify({ ...entry, ...changes })}\n`
}
const count = (figures: readonly TrafficFigures[]): number =>
  figures.flatMap(({ requests }) => requests).reduce((sum, each) => sum + each, 0)
/** Reads until nothing new comes, as the recorder does over time. */
const readAll = async (position: string | null, readBytes?: number) => {
  const traffic = createTrafficLog({ directory, ...(readBytes === undefined ? {} : { readBytes }) })
  let visits = 0
  for (let at = position; ; ) {
    const next = await traffic.read(at)
    visits += count(next.figures)
    if (next.position === at) return { position: at, visits }
    at = next.position
  }
}
const rotate = async (): Promise<void> => {
  for (const age of [3, 2, 1]) {
    await rename(`${log}.${age}`, `${log}.${age + 1}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  await rename(log, `${log}.1`)
  const before = new Date(Date.now() - 60_000)
  await utimes(`${log}.1`, before, before)
}

test('figures are per service and minute, by status class and latency', () => {
  const figures = countVisits(
    [
      line({ seconds: 0.004 }),
      line({ time: '2026-11-23T10:00:59+00:00', status: 404, seconds: 0.005 }),
      line({ time: '2026-11-23T12:01:00+02:00', status: 503, seconds: 0 }),
      line({ service: 'svc_2', status: 101, kind: 'stream', seconds: 3_600, header_seconds: '0.012' }),
      line({ service: 'svc_2', seconds: 45 }),
    ].map(text => text.trim()),
  )
  const latency = (...classes: number[]) =>
    [...latencyBoundsMs, Infinity].map((_, index) => classes.filter(each => each === index).length)
  expect(figures).toEqual([
    {
      service_id: 'svc_1',
      minute: new Date('2026-11-23T10:00:00Z'),
      requests: [0, 1, 0, 1, 0],
      bytes: 200,
      latencies: latency(2, 2),
    },
    {
      service_id: 'svc_1',
      minute: new Date('2026-11-23T10:01:00Z'),
      requests: [0, 0, 0, 0, 1],
      bytes: 100,
      latencies: latency(0),
    },
    {
      service_id: 'svc_2',
      minute: new Date('2026-11-23T10:00:00Z'),
      requests: [1, 1, 0, 0, 0],
      bytes: 200,
      latencies: latency(4, 14),
    },
  ])
})

test('requests for no service and lines that are none are left out', () => {
  expect(
    countVisits([
      line({ service: '' }),
      '',
      '{"time":"2026-',
      '7',
      'null',
      line({ status: 1_000 }),
      line({ time: 'now' }),
    ]),
  ).toEqual([])
})

test('without a log there is nothing, and what comes later is read', async () => {
  await rm(join(directory, 'log'), { recursive: true })
  const { position, figures } = await createTrafficLog({ directory }).read(null)
  expect(figures).toEqual([])
  await mkdir(join(directory, 'log'))
  await writeFile(log, line())
  expect((await readAll(position)).visits).toBe(1)
})

test('only what is new is read, and half a line waits for its other half', async () => {
  await writeFile(log, line() + line())
  const first = await readAll(null)
  expect(first.visits).toBe(2)
  const third = line()
  await appendFile(log, third.slice(0, 20))
  const second = await readAll(first.position)
  expect(second).toEqual({ position: first.position, visits: 0 })
  await appendFile(log, third.slice(20))
  expect((await readAll(second.position)).visits).toBe(1)
})

test('rotation loses nothing and counts nothing twice', async () => {
  await writeFile(log, line() + line())
  const { position } = await readAll(null)
  await appendFile(log, line())
  await rotate()
  await writeFile(log, line() + line())
  await rotate()
  await writeFile(log, line())
  expect((await readAll(position)).visits).toBe(4)
})

test('half a line at the end of a file that was moved aside does not stop what follows', async () => {
  await writeFile(log, line())
  const { position } = await readAll(null)
  await appendFile(log, `${line()}{"time":`)
  await rotate()
  await writeFile(log, line())
  expect((await readAll(position)).visits).toBe(2)
})

test('a file that was just moved aside is not left before its workers have let go of it', async () => {
  await writeFile(log, line())
  const { position } = await readAll(null)
  await rotate()
  await utimes(`${log}.1`, new Date(), new Date())
  await writeFile(log, line())
  expect(await readAll(position)).toEqual({ position, visits: 0 })
  await appendFile(`${log}.1`, line())
  await utimes(`${log}.1`, new Date(0), new Date(0))
  expect((await readAll(position)).visits).toBe(2)
})

test('a position in a file that is gone goes on with the oldest that is kept', async () => {
  await writeFile(log, line() + line())
  const { position } = await readAll(null)
  await rm(log)
  await writeFile(log, line())
  expect((await readAll(position)).visits).toBe(1)
})

test('a file that was cut short is read from its beginning', async () => {
  const first = line()
  await writeFile(log, first + line() + line())
  const { position } = await readAll(null)
  await truncate(log, first.length)
  expect((await readAll(position)).visits).toBe(1)
})

test('one read takes only so much, and many of them take everything', async () => {
  const lines = Array.from({ length: 6_000 }, () => line({ user_agent: 'x'.repeat(400) }))
  await writeFile(log, lines.join(''))
  const { figures } = await createTrafficLog({ directory, readBytes: 1024 * 1024 }).read(null)
  expect(count(figures)).toBeLessThan(2_500)
  expect((await readAll(null, 1024 * 1024)).visits).toBe(6_000)
})

test('a stretch without an end of line does not stop what follows', async () => {
  await writeFile(log, line())
  const { position } = await readAll(null)
  await appendFile(log, `${'x'.repeat(3 * 1024 * 1024)}\n${line()}`)
  expect((await readAll(position)).visits).toBe(1)
})
