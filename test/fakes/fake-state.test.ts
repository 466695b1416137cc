import type { ServiceId, TeamId } from '@parcela/core'
import { waitUntil } from '@parcela/kit'
import { expect, test } from 'vitest'
import { createFakeState } from './fake-state.ts'

const running = {
  status: 'running' as const,
  status_reason: null,
  generation: 1,
  serving_release_id: null,
  warnings: [],
  attempts: 0,
  retry_at: null,
}

test('every change raises the generation, tells the listeners and wakes the service once', async () => {
  const { desired, queue } = createFakeState()
  const told: number[] = []
  const end = desired.onChange(({ generation }) => told.push(generation))
  const { id } = await desired.addService()
  await desired.addRelease(id)
  end()
  const { generation } = await desired.changeService(id, { power: 'stopped' })
  expect([generation, told]).toEqual([3, [1, 2]])
  expect(queue.listWaiting().map(wake => wake.id)).toEqual([id])
})

test('a repeated status makes one event, another word or warning makes another', async () => {
  const { desired, observed, tables } = createFakeState()
  const { id } = await desired.addService()
  await observed.recordStatus(id, running)
  await observed.recordStatus(id, { ...running, attempts: 1 })
  await observed.recordStatus(id, { ...running, warnings: ['no certificate yet'] })
  await observed.recordStatus(id, { ...running, status: 'stopped' })
  expect(tables.events.map(({ event }) => event.type === 'status' && event.status)).toEqual([
    'running',
    'running',
    'stopped',
  ])
})

test('publishes that never went live are superseded, the live one is retired by the next', async () => {
  const { desired, observed } = createFakeState()
  const { id } = await desired.addService()
  const [one, two, three] = [await desired.addRelease(id), await desired.addRelease(id), await desired.addRelease(id)]
  await observed.recordRelease(one.id, 'live', null)
  await observed.supersedeReleases(id, three.id)
  await observed.recordRelease(three.id, 'live', null)
  const statuses = await Promise.all(
    [one, two, three].map(async ({ id: release }) => (await desired.findRelease(release))?.status),
  )
  expect(statuses).toEqual(['retired', 'superseded', 'live'])
})

test('a purged service leaves no row, and only digests that nobody else has are answered', async () => {
  const { desired, observed } = createFakeState()
  const [one, other] = [await desired.addService(), await desired.addService()]
  const release = await desired.addRelease(one.id, { 'index.html': 'mine', 'shared.css': 'both' })
  await desired.addRelease(other.id, { 'shared.css': 'both' })
  await desired.changeService(one.id, { power: 'deleted' })
  const mine = (await desired.readManifest(release.id)).find(file => file.path === 'index.html')?.sha256

  expect(await observed.completeDeletion(one.id, { files: false })).toEqual([])
  expect((await desired.listServices()).map(({ id }) => id)).toEqual([other.id])
  expect(await observed.completeDeletion(one.id, { files: true })).toEqual([mine])
  expect(await desired.findService(one.id)).toBeUndefined()
  expect(await desired.findRelease(release.id)).toBeUndefined()
})

test('a completed deletion expires after its retention', async () => {
  const { clock, desired, observed } = createFakeState()
  const { id } = await desired.addService()
  await desired.changeService(id, { power: 'deleted' })
  await observed.completeDeletion(id, { files: false })
  expect(await observed.listExpired(clock.now(), 30)).toEqual([])
  clock.advance(31 * 86_400_000)
  expect(await observed.listExpired(clock.now(), 30)).toEqual([id])
})

test('steps of a dead process are closed as failed', async () => {
  const { desired, journal } = createFakeState()
  const spec = await desired.addService()
  const run = await journal.startRun(spec)
  await journal.startStep(run, 'build-image', new Date())
  await journal.closeAbandonedRuns(spec.id)
  expect(await journal.listSteps(spec.id)).toMatchObject([{ step: 'build-image', status: 'failed' }])
})

test('a revision keeps its port, a blocked port rests for an hour, and a used-up range says so', async () => {
  const { clock, leases } = createFakeState({ ranges: { ports: [20_000, 20_001], subnets: ['10.208.0.0/24'] } })
  const [one, two] = ['svc_1' as ServiceId, 'svc_2' as ServiceId]
  expect([await leases.leasePort(one, 'a'), await leases.leasePort(one, 'a')]).toEqual([20_000, 20_000])
  expect(await leases.leasePort(one, 'b')).toBe(20_001)
  await expect(leases.leasePort(two, 'c')).rejects.toMatchObject({ details: { reason: 'no_free_port' } })
  await leases.releasePorts(one, { keep: ['b'] })
  await leases.blockPort(20_000)
  await expect(leases.leasePort(two, 'c')).rejects.toMatchObject({ details: { reason: 'no_free_port' } })
  clock.advance(3_600_000)
  expect(await leases.leasePort(two, 'c')).toBe(20_000)
  await leases.leaseSubnet('team_1' as TeamId)
  await expect(leases.leaseSubnet('team_2' as TeamId)).rejects.toMatchObject({ details: { reason: 'no_free_subnet' } })
})

test('a service is worked on by one worker at a time, and what is woken meanwhile runs afterwards', async () => {
  const { queue } = createFakeState()
  const id = 'svc_1' as ServiceId
  let atOnce = 0
  let rounds = 0
  await queue.wake(id)
  const work = await queue.start(
    async () => {
      atOnce += 1
      rounds += 1
      expect(atOnce).toBe(1)
      if (rounds === 1) await queue.wake(id)
      await Promise.resolve()
      atOnce -= 1
    },
    { concurrency: 3 },
  )
  await waitUntil(() => rounds === 2, { timeoutMs: 1000, what: 'the second round' })
  await work.stop()
  expect(queue.listWaiting()).toEqual([])
})

test('a wake-up of the future waits for its time, and an earlier one goes before it', async () => {
  const { clock, queue } = createFakeState()
  const id = 'svc_1' as ServiceId
  const handle = async (): Promise<void> => undefined
  await queue.wake(id, { at: new Date(clock.now().getTime() + 1000) })
  expect(await queue.drain(handle)).toBe(0)
  await queue.wake(id)
  expect(await queue.drain(handle)).toBe(1)
  clock.advance(1000)
  expect(await queue.drain(handle)).toBe(0)
})
