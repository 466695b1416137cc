import { AppError } from '@parcela/contract'
import type { Approval, Resources, ServiceId } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService, type TestWorld } from '../database/test-world.ts'

let server: TestServer
let world: TestWorld

beforeAll(async () => {
  server = await startTestServer()
  world = await createTestWorld(await server.createDatabase())
  const [plan] = await world.quotas.listPlans()
  await world.quotas.updatePlan(plan?.id ?? '', {
    self_service: { ram_mb: 512, machines: false },
    limits: { services: null, ram_mb: 8192, storage_gb: null, cpus: null },
  })
  await world.quotas.recordNode({ id: 'here', kind: 'docker', capacity: { cpus: 8, ram_mb: 6000, storage_gb: 1000 } })
})
afterAll(async () => {
  await world.listener.close()
  await server.stop()
})

const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof AppError) return error
  throw new Error('It was expected to be refused', { cause: error })
}
const page = { limit: 50, cursor: undefined }
const large: Resources = { storage_gb: 1, ram_mb: 1024, cpus: 0.5 }
const pendingOf = async (id: string): Promise<Approval> => {
  const { items } = await world.approvals.listApprovals({ status: 'pending' }, page)
  const found = items.find(({ service_id }) => service_id === id)
  if (!found) throw new Error('nothing waits')
  return found
}
const isWorkedOn = async (id: ServiceId): Promise<boolean> =>
  (await world.reader.findService(id)) !== undefined &&
  (await world.reader.listServices()).some(service => service.id === id)
const ramUsed = async () => (await world.quotas.getQuota([world.ana.team_id], world.ana.team_id)).used.ram_mb
const ramPromised = async () => (await world.quotas.listNodes())[0]?.promised.ram_mb
const ask = (name: string, resources = large, more = {}) =>
  world.desired.createService(newService(world.ana, name, { resources, ...more }))
const readEvents = async (id: ServiceId) => {
  const rows = await world.database.db
    .selectFrom('events')
    .select('event')
    .where('service_id', '=', id)
    .orderBy('id')
    .execute()
  return rows.map(({ event }) => (event.type === 'status' ? [event.status, event.status_reason?.reason] : [event.type]))
}

test('a service above the threshold waits, its resources reserved, and nothing of it is worked on', async () => {
  const [used, promised] = [await ramUsed(), (await ramPromised()) ?? 0]
  const service = await ask('grande')
  expect(service.observed).toMatchObject({
    status: 'pending_approval',
    status_reason: { reason: 'needs_approval', values: { over: 'ram_mb' } },
  })
  expect(await isWorkedOn(service.id)).toBe(false)
  expect([await ramUsed(), await ramPromised()]).toEqual([used + 1024, promised + 1024])
  expect(await pendingOf(service.id)).toMatchObject({
    kind: 'create',
    asked: large,
    current: null,
    over: ['ram_mb'],
    requested_by: { username: 'ana' },
    team_id: world.ana.team_id,
  })
  for (const action of ['start', 'restart'] as const) {
    const error = await failure(world.desired.actOnService([world.ana.team_id], service.id, action))
    expect(error.details?.reason).toBe('not_approved')
  }
})

test('an approved service is worked on from then on, with what it was given', async () => {
  const service = await ask('mediano')
  const { id } = await pendingOf(service.id)
  const decision = { by: world.bruno.id, given: { ram_mb: 700 } }
  const more = await failure(world.approvals.approve(id, { by: world.bruno.id, given: { ram_mb: 1025 } }))
  expect([more.code, more.details?.fields?.ram_mb]).toEqual(['invalid', 'is more than the 1024 that were asked for'])
  expect(await world.approvals.approve(id, decision)).toMatchObject({
    status: 'approved',
    given: { ...large, ram_mb: 700 },
    decided_by: { username: 'bruno' },
  })
  const after = await world.desired.getService([world.ana.team_id], service.id)
  expect(after).toMatchObject({ resources: { ram_mb: 700 }, observed: { status: 'queued', status_reason: null } })
  expect(await isWorkedOn(service.id)).toBe(true)
  expect((await failure(world.approvals.approve(id, decision))).details?.reason).toBe('already_decided')
  expect(await readEvents(service.id)).toEqual([
    ['pending_approval', 'needs_approval'],
    ['queued', undefined],
  ])
})

test('of two who decide at once, one does', async () => {
  const service = await ask('disputado')
  const { id } = await pendingOf(service.id)
  const answers = await Promise.allSettled([
    world.approvals.approve(id, { by: world.bruno.id, given: {} }),
    world.approvals.refuse(id, { by: world.ana.id, reason: 'No.' }),
  ])
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
})

test('a refused service never ran, says why, gives back what was reserved, and may be asked for with less', async () => {
  const [used, promised] = [await ramUsed(), (await ramPromised()) ?? 0]
  const service = await ask('rechazado')
  const { id } = await pendingOf(service.id)
  await world.approvals.refuse(id, { by: world.bruno.id, reason: 'Use the shared one.' })
  const refused = await world.desired.getService([world.ana.team_id], service.id)
  expect(refused.observed).toMatchObject({
    status: 'failed',
    status_reason: { code: 'rejected', reason: 'refused', values: { said: 'Use the shared one.' } },
  })
  expect(await isWorkedOn(service.id)).toBe(false)
  expect([await ramUsed(), await ramPromised()]).toEqual([used, promised])

  const change = (ram_mb: number) =>
    world.desired.updateService([world.ana.team_id], service.id, { resources: { ram_mb } })
  expect((await change(900)).observed.status).toBe('pending_approval')
  expect([await ramUsed(), await ramPromised()]).toEqual([used + 900, promised + 900])
  expect((await change(256)).observed.status).toBe('queued')
  expect(await isWorkedOn(service.id)).toBe(true)
  expect([await ramUsed(), await ramPromised()]).toEqual([used + 256, promised + 256])
  const history = await world.approvals.listServiceApprovals([world.ana.team_id], service.id, page)
  expect(history.items.map(({ status }) => status)).toEqual(['withdrawn', 'refused'])
})

test('a change above the threshold waits while the service goes on with what it has', async () => {
  const used = await ramUsed()
  const service = await ask('creciente', { ...large, ram_mb: 512 })
  expect(service.observed.status).toBe('queued')
  const scope = [world.ana.team_id]
  const waiting = await world.desired.updateService(scope, service.id, {
    resources: { ram_mb: 800 },
    maintenance: true,
  })
  expect(waiting).toMatchObject({
    resources: { ram_mb: 512 },
    maintenance: true,
    observed: { status_reason: { reason: 'change_needs_approval', values: { over: 'ram_mb' } } },
  })
  expect(await isWorkedOn(service.id)).toBe(true)
  expect(await ramUsed()).toBe(used + 800)
  const first = await pendingOf(service.id)
  expect(first).toMatchObject({ kind: 'change', current: { ram_mb: 512 }, asked: { ram_mb: 800 } })

  await world.desired.updateService(scope, service.id, { resources: { ram_mb: 900 } })
  expect(await ramUsed()).toBe(used + 900)
  expect((await failure(world.approvals.approve(first.id, { by: world.bruno.id, given: {} }))).details?.status).toBe(
    'withdrawn',
  )
  await world.approvals.refuse((await pendingOf(service.id)).id, { by: world.bruno.id, reason: 'Too much.' })
  expect(await ramUsed()).toBe(used + 512)
  expect((await readEvents(service.id)).at(-1)).toEqual([expect.any(String), 'change_refused'])

  await world.desired.updateService(scope, service.id, { resources: { ram_mb: 700 } })
  await world.approvals.approve((await pendingOf(service.id)).id, { by: world.bruno.id, given: {} })
  const after = await world.desired.getService(scope, service.id)
  expect([after.resources.ram_mb, after.approval, await ramUsed()]).toEqual([700, null, used + 700])
  expect((await world.desired.updateService(scope, service.id, { resources: { ram_mb: 600 } })).approval).toBe(null)
})

test('what is not for everybody to have needs approval by its kind, but not when an administrator asks', async () => {
  const machine = await ask('maquina', { ...large, ram_mb: 256 }, { service_type: 'vm' })
  expect((await pendingOf(machine.id)).over).toEqual(['machines'])
  const requested_by = { id: world.bruno.id, needs_approval: false }
  const direct = await ask('directa', large, { service_type: 'vm', requested_by })
  expect(direct.observed.status).toBe('queued')
})

test('a service that waits can be deleted; the question ends with it', async () => {
  const used = await ramUsed()
  const service = await ask('efimero')
  const { id } = await pendingOf(service.id)
  const deleted = await world.desired.deleteService([world.ana.team_id], service.id, { purge: false })
  expect(deleted.observed.status).toBe('deleting')
  expect(await isWorkedOn(service.id)).toBe(true)
  expect(await ramUsed()).toBe(used)
  expect((await failure(world.approvals.approve(id, { by: world.bruno.id, given: {} }))).code).toBe('conflict')
})

test('what is reserved for those who wait counts: nobody gets it meanwhile', async () => {
  const { limits, used } = await world.quotas.getQuota([world.ana.team_id], world.ana.team_id)
  const rest = (limits.ram_mb ?? 0) - used.ram_mb
  await world.quotas.updateNode('here', { ram_mb: 10 })
  await ask('resto', { ...large, ram_mb: rest })
  expect((await failure(ask('gota', { ...large, ram_mb: 16 }))).code).toBe('quota_exceeded')
})

test("another team's requests are not found", async () => {
  const { items } = await world.approvals.listApprovals({}, page)
  const id = items[0]?.service_id ?? ''
  expect(id).toMatch(/^svc_/)
  expect((await failure(world.approvals.listServiceApprovals([world.bruno.team_id], id, page))).code).toBe('not_found')
})
