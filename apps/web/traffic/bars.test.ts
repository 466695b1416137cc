import type { TrafficAnswer } from '@parcela/contract'
import { expect, test } from 'vitest'
import { barsOf } from './bars.ts'

const answer = (hours: number, step_seconds: number, items: TrafficAnswer['items']): TrafficAnswer => ({
  from: '2026-03-01T00:00:00.000Z',
  to: new Date(Date.parse('2026-03-01T00:00:00.000Z') + hours * 3_600_000).toISOString(),
  step_seconds,
  items,
  total: { requests: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }, bytes: 0, p50_ms: null, p95_ms: null },
})
const point = (at: string, ok: number, failed = 0): TrafficAnswer['items'][number] => ({
  at,
  requests: { '1xx': 0, '2xx': ok, '3xx': 0, '4xx': 0, '5xx': failed },
  bytes: 0,
  p50_ms: null,
  p95_ms: null,
})

test('a minute has its own bar within an hour', () => {
  const bars = barsOf(answer(1, 60, [point('2026-03-01T00:07:00.000Z', 3, 1)]))
  expect(bars).toHaveLength(60)
  expect(bars[7]).toEqual({ at: '2026-03-01T00:07:00.000Z', good: 3, bad: 1 })
})

test('longer spans put several steps into one bar, and lose none', () => {
  const items = Array.from({ length: 1440 }, (_, minute) =>
    point(new Date(Date.parse('2026-03-01T00:00:00.000Z') + minute * 60_000).toISOString(), 1),
  )
  const bars = barsOf(answer(24, 60, items))
  expect(bars.length).toBeLessThanOrEqual(60)
  expect(bars.reduce((sum, { good }) => sum + good, 0)).toBe(1440)
})

test('a step at the very end belongs to the last bar', () => {
  expect(barsOf(answer(1, 60, [point('2026-03-01T01:00:00.000Z', 2)])).at(-1)?.good).toBe(2)
})
