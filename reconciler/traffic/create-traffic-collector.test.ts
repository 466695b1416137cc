import type { ServiceId, TrafficFigures } from '@parcela/core'
import { createFakeClock, createFakeTraffic } from '@parcela/test/fakes'
import { expect, test } from 'vitest'
import { createTrafficCollector } from './create-traffic-collector.ts'

const visits = (minute: number): TrafficFigures => ({
  service_id: 'svc_a' as ServiceId,
  minute: new Date(minute * 60_000),
  requests: [0, 1, 0, 0, 0],
  bytes: 100,
  latencies: [1],
})

const start = () => {
  const traffic = createFakeTraffic()
  const clock = createFakeClock()
  const ports = { trafficLog: traffic.log, trafficRecorder: traffic.recorder, clock }
  return { traffic, clock, collect: createTrafficCollector(ports), restart: () => createTrafficCollector(ports) }
}

test('visits are moved once, however many reads they need, also across a restart', async () => {
  const { traffic, collect, restart } = start()
  for (let minute = 0; minute < 5; minute += 1) traffic.write(visits(minute))
  await collect()
  expect(traffic.listRecorded()).toHaveLength(5)
  await collect()
  traffic.write(visits(5))
  await restart()()
  expect(traffic.listRecorded().map(({ minute }) => minute.getTime() / 60_000)).toEqual([0, 1, 2, 3, 4, 5])
})

test('figures are folded once an hour', async () => {
  const { traffic, clock, collect } = start()
  for (let round = 0; round < 9; round += 1) {
    await collect()
    clock.advance(15 * 60_000)
  }
  expect(traffic.countCompactions()).toBe(3)
})

test('what failed is moved by the next round', async () => {
  const { traffic, collect } = start()
  traffic.write(visits(0))
  traffic.recorder.fail('record', new Error('no database'), { times: 1 })
  await expect(collect()).rejects.toThrow('no database')
  await collect()
  expect(traffic.listRecorded()).toHaveLength(1)
})
