import type { InstanceSpec, ServiceId, TeamId } from '@parcela/core'
import { expect, test } from 'vitest'
import { createFakeRuntime, type FakeRuntime } from './fake-runtime.ts'

const team = { team_id: 'team_1' as TeamId, subnet: '10.208.0.0/24' }
const signal = new AbortController().signal
const grace = { graceSeconds: 1 }

const specOf = (changes: Partial<InstanceSpec> = {}): InstanceSpec => ({
  service_id: 'svc_1' as ServiceId,
  team_id: team.team_id,
  name: 'hola',
  release_id: null,
  revision: 'aaaaaaaaaaaa',
  generation: 1,
  image: 'parcela-test/hola:1',
  container_port: 8080,
  host_port: 20_000,
  ram_mb: 64,
  cpus: 0.5,
  pids_limit: 50,
  env: {},
  tmpfs: {},
  stop_signal: 'SIGTERM',
  network: team,
  ...changes,
})

const build = async (runtime: FakeRuntime, reference = 'parcela-test/hola:1', given = signal): Promise<void> =>
  runtime.ensureImage(
    {
      reference,
      service_id: 'svc_1' as ServiceId,
      digest: reference,
      dockerfile: 'FROM scratch',
      context: async function* () {
        yield* []
      },
    },
    { signal: given, onLine: () => undefined },
  )

const createReady = async (): Promise<FakeRuntime> => {
  const runtime = createFakeRuntime()
  await build(runtime)
  await runtime.ensureNetwork(team)
  return runtime
}

test('an instance asked for twice is one instance that answers at its port', async () => {
  const runtime = await createReady()
  const first = await runtime.ensureInstance(specOf())
  const second = await runtime.ensureInstance(specOf())
  expect(second).toEqual(first)
  expect(await runtime.listInstances()).toEqual([first])
  expect(runtime.isAnswering({ address: '127.0.0.1', port: 20_000 })).toBe(true)
})

test('an older generation is refused with stale_generation', async () => {
  const runtime = await createReady()
  await runtime.ensureInstance(specOf({ generation: 5 }))
  const older = runtime.ensureInstance(specOf({ generation: 4, revision: 'bbbbbbbbbbbb', host_port: 20_001 }))
  await expect(older).rejects.toMatchObject({ code: 'conflict', details: { reason: 'stale_generation' } })
})

test('a port that another instance, a foreign thing or the host has is refused and leaves nothing behind', async () => {
  const runtime = await createReady()
  await runtime.ensureInstance(specOf())
  runtime.addForeign({ port: 20_001 })
  runtime.takePort(20_002)
  for (const host_port of [20_000, 20_001, 20_002]) {
    const taken = runtime.ensureInstance(specOf({ service_id: 'svc_2' as ServiceId, host_port }))
    await expect(taken).rejects.toMatchObject({ code: 'conflict', details: { reason: 'port_taken' } })
  }
  expect(await runtime.listInstances('svc_2' as ServiceId)).toEqual([])
})

test('a subnet that overlaps another is refused', async () => {
  const runtime = createFakeRuntime()
  runtime.takeSubnet('10.208.0.0/16')
  await expect(runtime.ensureNetwork(team)).rejects.toMatchObject({ details: { reason: 'subnet_taken' } })
})

test('an image and a network in use are not removed, and removing what is gone succeeds', async () => {
  const runtime = await createReady()
  const { id } = await runtime.ensureInstance(specOf())
  const inUse = { code: 'conflict', details: { reason: 'in_use' } }
  await expect(runtime.removeImage('parcela-test/hola:1')).rejects.toMatchObject(inUse)
  await expect(runtime.removeNetwork(team)).rejects.toMatchObject(inUse)
  for (const _ of [1, 2]) {
    await runtime.removeInstance(id, grace)
    await runtime.removeImage('parcela-test/hola:1')
    await runtime.removeNetwork(team)
  }
  expect([await runtime.listInstances(), await runtime.listImages(), await runtime.listNetworks()]).toEqual([
    [],
    [],
    [],
  ])
})

test('what becomes foreign is in no list, keeps its port and cannot be removed', async () => {
  const runtime = await createReady()
  const { id } = await runtime.ensureInstance(specOf())
  runtime.makeForeign(id)
  await runtime.removeInstance(id, grace)
  expect(await runtime.listInstances()).toEqual([])
  expect(runtime.listForeign()).toEqual([id])
  await expect(runtime.ensureInstance(specOf())).rejects.toMatchObject({ details: { reason: 'port_taken' } })
})

test('an aborted build leaves no image', async () => {
  const runtime = createFakeRuntime()
  runtime.holdBuilds()
  const aborting = new AbortController()
  const building = build(runtime, 'parcela-test/hola:2', aborting.signal)
  aborting.abort(new Error('superseded'))
  await expect(building).rejects.toThrow('superseded')
  expect(await runtime.hasImage('parcela-test/hola:2')).toBe(false)
})

test('a crashed instance is stopped with its exit code and starts again when asked for', async () => {
  const runtime = await createReady()
  const { id } = await runtime.ensureInstance(specOf())
  runtime.crashInstance(id, { code: 137, out_of_memory: true })
  expect(await runtime.listInstances()).toMatchObject([
    { state: 'stopped', exit: { code: 137, out_of_memory: true }, upstream: null },
  ])
  expect(await runtime.ensureInstance(specOf())).toMatchObject({ id, state: 'running', exit: null })
})

test('an unreachable engine refuses every call and is well again afterwards', async () => {
  const runtime = await createReady()
  runtime.setReachable(false)
  expect(await runtime.checkHealth()).toMatchObject({ reachable: false })
  await expect(runtime.listInstances()).rejects.toMatchObject({ code: 'unavailable' })
  runtime.setReachable(true)
  expect(await runtime.listInstances()).toEqual([])
})

test('a fault after the call loses the answer and keeps the effect', async () => {
  const runtime = await createReady()
  runtime.fail('ensureInstance', new Error('killed'), { times: 1, when: 'after' })
  await expect(runtime.ensureInstance(specOf())).rejects.toThrow('killed')
  expect(await runtime.listInstances()).toHaveLength(1)
  expect(await runtime.ensureInstance(specOf())).toMatchObject({ state: 'running' })
})

test('followed logs end when the instance is gone', async () => {
  const runtime = await createReady()
  const { id } = await runtime.ensureInstance(specOf())
  runtime.writeLog(id, 'one')
  runtime.writeLog(id, 'two')
  const seen: string[] = []
  for await (const { text } of runtime.readLogs(id, { lines: 1, follow: true, signal })) {
    seen.push(text)
    if (text === 'two') {
      runtime.writeLog(id, 'three')
      continue
    }
    await runtime.removeInstance(id, grace)
  }
  expect(seen).toEqual(['two', 'three'])
})
