import { latencyBoundsMs, type TrafficReader } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

type Span = Parameters<TrafficReader['readTraffic']>[2]

let gateway: TestGateway
let ask: Awaited<ReturnType<TestGateway['newPerson']>>['ask']
let path: string
const spans: Span[] = []

beforeAll(async () => {
  const latencies = latencyBoundsMs.map(() => 0).concat(0)
  const traffic: TrafficReader = {
    readTraffic: async (scope, id, span) => {
      const service = await gateway.desired.getService(scope, id)
      spans.push(span)
      return [
        {
          service_id: service.id,
          at: span.from,
          requests: [0, 3, 0, 1, 0],
          bytes: 100,
          latencies: latencies.with(0, 4),
        },
        { service_id: service.id, at: span.to, requests: [0, 0, 0, 0, 4], bytes: 50, latencies: latencies.with(5, 4) },
      ]
    },
  }
  gateway = await startTestGateway({ ports: { traffic } })
  ask = (await gateway.newPerson('ana')).ask
  const { body } = await ask('POST', '/api/v1/services', {
    service_type: 'docker',
    service_format: 'web',
    storage_gb: 1,
    ram_mb: 128,
  })
  path = `/api/v1/services/${body.id}/traffic`
})
afterAll(() => gateway.app.close())

test('visits are told by step and in all, with estimated latencies', async () => {
  const { status, body } = await ask('GET', path)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    step_seconds: 60,
    items: [
      { requests: { '2xx': 3, '4xx': 1 }, bytes: 100, p50_ms: 0.5, p95_ms: 0.95 },
      { requests: { '5xx': 4 }, bytes: 50, p50_ms: 35, p95_ms: 48.5 },
    ],
    total: { requests: { '1xx': 0, '2xx': 3, '3xx': 0, '4xx': 1, '5xx': 4 }, bytes: 150, p50_ms: 1, p95_ms: 47 },
  })
})

test.each([
  [1, 60],
  [48, 60],
  [49, 3600],
  [2160, 3600],
])('the last %s hours are told in steps of %s seconds, from the beginning of one', async (hours, stepSeconds) => {
  const { body } = await ask('GET', `${path}?hours=${hours}`)
  const span = spans.at(-1)
  const length = Number(span?.to.getTime()) - Number(span?.from.getTime())
  expect([body.step_seconds, span?.stepSeconds]).toEqual([stepSeconds, stepSeconds])
  expect(Number(span?.from.getTime()) % (stepSeconds * 1_000)).toBe(0)
  expect(length - hours * 3_600_000).toBeGreaterThanOrEqual(0)
  expect(length - hours * 3_600_000).toBeLessThan(stepSeconds * 1_000)
})

test.each(['0', '2161', 'many', '1.5'])('%s hours are refused', async hours => {
  const { status, body } = await ask('GET', `${path}?hours=${hours}`)
  expect([status, Object.keys(body.error.fields)]).toEqual([422, ['hours']])
})

test("another team's visits are not there", async () => {
  const other = await gateway.newPerson('bruno')
  expect((await other.ask('GET', path)).status).toBe(404)
})
