import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTrafficLog } from '@parcela/edge-nginx'
import { waitUntil } from '@parcela/kit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from './edge-certificates.ts'
import { route } from './edge-conformance.ts'
import { type EdgeFixture, openEdgeFixture } from './edge-fixture.ts'
import { visit } from './edge-visitor.ts'
import { answerWebSockets, openWebSockets } from './edge-web-sockets.ts'

const sockets = 50
const shutdownSeconds = 4

let fixture: EdgeFixture

beforeEach(async () => {
  fixture = await openEdgeFixture({ workerShutdownSeconds: shutdownSeconds })
})

afterEach(() => fixture.close())

test('WebSockets outlive a reload, speak on, and end at the shutdown time at the latest', async () => {
  const { address, port, server } = await fixture.serve((_, answer) => answer.end())
  answerWebSockets(server)
  await fixture.edge.ensureRoute(route('socket', { upstream: { address, port } }))
  const held = await openWebSockets(fixture.options.httpsPort, 'socket.apps.localhost', sockets)
  expect(await held.countEchoes('before')).toBe(sockets)

  const begun = Date.now()
  await fixture.edge.ensureCertificates([await makeCertificate(fixture.home, ['*.reload.test'])])
  expect(await held.countEchoes('after')).toBe(sockets)
  expect(held.countClosed()).toBe(0)
  // New visitors are with the new workers meanwhile.
  expect(await fixture.edge.hasCertificate('new.reload.test')).toBe(true)
  expect((await fixture.edge.request('new.reload.test', '/', { timeoutMs: 5_000 })).status).toBe(404)

  await waitUntil(() => held.countClosed() === sockets, {
    timeoutMs: (shutdownSeconds + 10) * 1_000,
    what: 'old workers to end',
  })
  expect(Date.now() - begun).toBeGreaterThanOrEqual((shutdownSeconds - 1) * 1_000)
  held.close()
})

test('the visits that nginx wrote down become figures, each once, over a rotation', async () => {
  const { address, port } = await fixture.serve((asked, answer) => {
    answer.statusCode = Number(asked.url?.slice(1))
    setTimeout(() => answer.end('x'.repeat(1_000)), 25)
  })
  await fixture.edge.ensureRoute(route('counted', { upstream: { address, port } }))
  const { httpsPort, directory } = fixture.options
  const go = async (statuses: readonly number[]): Promise<void> => {
    for (const status of statuses) await visit(httpsPort, 'counted.apps.localhost', `/${status}`)
  }
  const file = join(directory, 'log/edge-access.log')
  const lines = async (): Promise<number> => (await readFile(file, 'utf8')).split('\n').length - 1
  const written = (count: number) =>
    waitUntil(async () => (await lines()) === count, { timeoutMs: 5_000, what: 'the log to be written' })

  await go([200, 201, 404])
  await visit(httpsPort, 'nobody.apps.localhost', '/')
  await written(4)
  const log = createTrafficLog({ directory })
  const first = await log.read(null)
  expect(sum(first.figures)).toMatchObject({ requests: [0, 2, 0, 1, 0] })
  expect(sum(first.figures).bytes).toBeGreaterThan(3_000)
  // 25 ms and more: never in the classes up to 20 ms.
  expect(sum(first.figures).latencies.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
  expect(new Set(first.figures.map(({ service_id }) => service_id))).toEqual(new Set(['svc_counted']))

  await go([500])
  await written(5)
  await appendFile(file, ' '.repeat(1024 * 1024))
  const rotating = fixture.reopen({ logMegabytes: 1, rotateEveryMs: 100 })
  await rotating.start()
  await waitUntil(async () => (await lines()) === 0, { timeoutMs: 10_000, what: 'a new log' })
  await go([200, 200])
  await written(2)
  const later = createTrafficLog({ directory, now: () => new Date(Date.now() + 60_000) })
  const second = await later.read(first.position)
  const third = await later.read(second.position)
  expect(sum([...second.figures, ...third.figures])).toMatchObject({ requests: [0, 2, 0, 0, 1] })
  expect((await later.read(third.position)).figures).toEqual([])
})

type Figures = Awaited<ReturnType<ReturnType<typeof createTrafficLog>['read']>>['figures']

const sum = (figures: Figures) => ({
  requests: [0, 1, 2, 3, 4].map(index => figures.reduce((total, { requests }) => total + (requests[index] ?? 0), 0)),
  bytes: figures.reduce((total, { bytes }) => total + bytes, 0),
  latencies: (figures[0]?.latencies ?? []).map((_, index) =>
    figures.reduce((total, { latencies }) => total + (latencies[index] ?? 0), 0),
  ),
})
