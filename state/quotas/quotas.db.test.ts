import { AppError, type QuotaLimits } from '@parcela/contract'
import type { Person, Resources } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService, someFiles, type TestWorld } from '../database/test-world.ts'

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

const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof AppError) return error
  throw new Error('It was expected to be refused', { cause: error })
}

let people = 0
/** Somebody with a team of their own that may have this. */
const personWith = async (overrides: Partial<QuotaLimits>): Promise<Person> => {
  people += 1
  const username = `limited-${people}`
  const person = await world.people.createPerson({
    username,
    external_id: null,
    email: null,
    name: username,
    is_administrator: false,
    account_id: null,
  })
  await world.quotas.setQuota(person.team_id, { overrides })
  return person
}
const usedBy = async (person: Person) => (await world.quotas.getQuota([person.team_id], person.team_id)).used
const small: Resources = { storage_gb: 1, ram_mb: 64, cpus: 0.1 }
const page = { limit: 200, cursor: undefined }

test('of 200 requests at once, exactly as many succeed as the quota has room for', async () => {
  const person = await personWith({ services: 1000, cpus: 3, ram_mb: null, storage_gb: null })
  const answers = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) =>
      world.desired.createService(newService(person, `${person.username}-${index}`, { resources: small })),
    ),
  )
  const refused = answers.filter(answer => answer.status === 'rejected').map(answer => answer.reason as AppError)
  expect(answers.length - refused.length).toBe(30)
  expect(new Set(refused.map(error => error.code))).toEqual(new Set(['quota_exceeded']))
  expect(refused[0]?.details).toMatchObject({ resource: 'cpus', used: 3, asked: 0.1, allowed: 3 })
  expect(refused[0]?.message).toContain('may have 3 cores; 3 of it is used')
  expect(await usedBy(person)).toMatchObject({ services: 30, cpus: 3 })
})

test.each([
  ['services', { services: 1 }, {}],
  ['ram_mb', { ram_mb: 100 }, {}],
  ['storage_gb', { storage_gb: 1 }, {}],
  ['machines', { machines: 0 }, { service_type: 'vm' as const }],
])('a second service beyond the limit of %s is refused, and nothing of it is kept', async (resource, limits, more) => {
  const person = await personWith(limits)
  await world.desired.createService(newService(person, `${person.username}-a`))
  const error = await failure(
    world.desired.createService(
      newService(person, `${person.username}-b`, { ...more, release: { files: someFiles(2), warnings: [] } }),
    ),
  )
  expect([error.code, error.details?.resource]).toEqual(['quota_exceeded', resource])
  expect((await world.desired.listServices([person.team_id], page)).items).toHaveLength(1)
  expect((await usedBy(person)).uploads_per_day).toBe(0)
})

test('who is above a limit that was lowered may ask for less and for nothing more', async () => {
  const person = await personWith({})
  const service = await world.desired.createService(
    newService(person, person.username, { resources: { ...small, ram_mb: 512 } }),
  )
  await world.quotas.setQuota(person.team_id, { overrides: { ram_mb: 100 } })
  const change = (ram_mb: number) =>
    world.desired.updateService([person.team_id], service.id, { resources: { ram_mb } })
  expect((await failure(change(513))).details).toMatchObject({ resource: 'ram_mb', used: 512, asked: 1, allowed: 100 })
  expect((await change(256)).resources.ram_mb).toBe(256)
})

test('what is being deleted is not counted', async () => {
  const person = await personWith({ services: 1 })
  const service = await world.desired.createService(newService(person, `${person.username}-a`))
  await world.desired.deleteService([person.team_id], service.id, { purge: true })
  await world.desired.createService(newService(person, `${person.username}-b`))
  expect((await usedBy(person)).services).toBe(1)
})

test('custom domains are counted over all services of the team, however they are asked for', async () => {
  const person = await personWith({ custom_domains: 2 })
  const scope = [person.team_id]
  const one = await world.desired.createService(
    newService(person, `${person.username}-a`, { domains: ['one.example.org'] }),
  )
  const two = await world.desired.createService(newService(person, `${person.username}-b`))
  await world.desired.addDomain(scope, two.id, { name: 'two.example.org', redirect_to: null })
  const attempts = [
    () => world.desired.addDomain(scope, two.id, { name: 'three.example.org', redirect_to: null }),
    () => world.desired.updateService(scope, one.id, { domains: ['one.example.org', 'three.example.org'] }),
    () => world.desired.createService(newService(person, `${person.username}-c`, { domains: ['three.example.org'] })),
  ]
  for (const attempt of attempts) expect((await failure(attempt())).details?.resource).toBe('custom_domains')
  expect((await world.desired.updateService(scope, one.id, { domains: ['four.example.org'] })).domains).toEqual([
    'four.example.org',
  ])
})

test('publishes of a day are counted, also when releases are removed, and begin again at midnight', async () => {
  const own = await createTestWorld(await server.createDatabase())
  const { ana } = own
  await own.quotas.setQuota(ana.team_id, { overrides: { uploads_per_day: 2, releases_kept: 1 } })
  const service = await own.desired.createService(newService(ana, 'sitio'))
  const publish = () =>
    own.desired.createRelease([ana.team_id], service.id, { files: someFiles(1), warnings: [], published_by: ana.id })
  const answers = await Promise.allSettled([publish(), publish(), publish(), publish()])
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(2)
  expect((await failure(publish())).details).toMatchObject({ resource: 'uploads_per_day', used: 2, allowed: 2 })
  own.passTime(24 * 3_600_000)
  await publish()
  expect((await own.quotas.getQuota([ana.team_id], ana.team_id)).used.uploads_per_day).toBe(1)
  await own.listener.close()
})

test('older releases beyond the kept number go, never the one that visitors get or the one that is asked for', async () => {
  const person = await personWith({ releases_kept: 2 })
  const scope = [person.team_id]
  const { desired, observed } = world
  const service = await desired.createService(newService(person, person.username))
  const publish = async () =>
    desired.createRelease(scope, service.id, { files: someFiles(1), warnings: [], published_by: person.id })
  const numbers = async () => (await desired.listReleases(scope, service.id, page)).items.map(({ number }) => number)

  const first = await publish()
  await observed.recordRelease(first.id, 'live', null)
  await observed.recordStatus(service.id, {
    status: 'running',
    status_reason: null,
    generation: 2,
    serving_release_id: first.id,
    warnings: [],
    attempts: 0,
    retry_at: null,
  })
  const second = await publish()
  for (let count = 0; count < 3; count++) await publish()
  expect(await numbers()).toEqual([5, 4, 1])
  expect((await failure(desired.rollback(scope, service.id, second.id))).code).toBe('not_found')
  await desired.rollback(scope, service.id, first.id)
  await publish()
  expect(await numbers()).toEqual([6, 5, 1])
})

test('somebody who announces uploads and uses none is stopped, however many come at once', async () => {
  const person = await personWith({})
  const announce = () => world.desired.createUpload({ team_id: person.team_id, person_id: person.id, files: [] })
  const answers = await Promise.allSettled(Array.from({ length: 120 }, announce))
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(100)
  expect((await failure(announce())).details).toMatchObject({ resource: 'open_uploads', used: 100, allowed: 100 })
})

test('promises never exceed what the hosts have, and what is gone is free again', async () => {
  const own = await createTestWorld(await server.createDatabase())
  const { ana, bruno } = own
  await own.quotas.recordNode({ id: 'here', kind: 'docker', capacity: { cpus: 4, ram_mb: 1000, storage_gb: 100 } })
  await own.quotas.updateNode('here', { ram_mb: 2, cpus: 100, storage_gb: 100 })
  for (const { team_id } of [ana, bruno]) {
    await own.quotas.setQuota(team_id, { overrides: { services: null, ram_mb: null, storage_gb: null, cpus: null } })
  }
  const ask = (index: number) =>
    own.desired.createService(
      newService(index % 2 ? ana : bruno, `sitio-${index}`, { resources: { ...small, ram_mb: 100 } }),
    )
  const answers = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => ask(index)))
  const refused = answers.filter(answer => answer.status === 'rejected').map(answer => answer.reason as AppError)
  expect(answers.length - refused.length).toBe(20)
  expect(refused[0]?.status).toBe(409)
  expect(refused[0]).toMatchObject({
    code: 'capacity_exceeded',
    details: { resource: 'ram_mb', used: 2000, asked: 100, allowed: 2000 },
  })
  expect((await own.quotas.listNodes())[0]).toMatchObject({ id: 'here', services: 20, promised: { ram_mb: 2000 } })

  const [service] = (await own.desired.listServices('every-team', page)).items
  if (!service) throw new Error('there is none')
  const scope = [service.team_id]
  expect((await failure(own.desired.updateService(scope, service.id, { resources: { ram_mb: 101 } }))).code).toBe(
    'capacity_exceeded',
  )
  await own.desired.deleteService(scope, service.id, { purge: true })
  expect((await failure(ask(100))).code).toBe('capacity_exceeded')
  await own.observed.completeDeletion(service.id, { files: true })
  await ask(101)
  await own.quotas.recordNode({ id: 'here', kind: 'docker', capacity: { cpus: 8, ram_mb: 2000, storage_gb: 100 } })
  expect((await own.quotas.listNodes())[0]).toMatchObject({ overcommit: { ram_mb: 2 }, capacity: { ram_mb: 2000 } })
  await ask(102)
  await own.listener.close()
})

test('a plan applies to its teams at once, its edge class too, and one that is used or the default stays', async () => {
  const person = await personWith({})
  const limits: QuotaLimits = {
    services: 1,
    cpus: 1,
    ram_mb: 512,
    storage_gb: 5,
    machines: 0,
    uploads_per_day: 5,
    releases_kept: 3,
    custom_domains: 0,
  }
  const self_service = { cpus: null, ram_mb: null, storage_gb: null, machines: false }
  const plan = { name: 'Class', limits, self_service, edge_class: 'small' as const, is_default: false }
  const { id } = await world.quotas.createPlan(plan)
  expect((await failure(world.quotas.createPlan({ ...plan, name: 'CLASS' }))).details?.reason).toBe('name_taken')
  expect(await world.quotas.setQuota(person.team_id, { plan_id: id, overrides: { services: 2 } })).toMatchObject({
    plan: { id, name: 'Class' },
    limits: { ...limits, services: 2 },
    overrides: { services: 2 },
  })
  expect((await world.teams.getTeam([person.team_id], person.team_id)).edge_class).toBe('small')
  await world.quotas.updatePlan(id, { edge_class: 'large', limits: { ram_mb: 100 } })
  expect((await world.teams.getTeam([person.team_id], person.team_id)).edge_class).toBe('large')
  expect((await world.quotas.getQuota([person.team_id], person.team_id)).limits).toMatchObject({ ram_mb: 100, cpus: 1 })
  expect((await failure(world.quotas.deletePlan(id))).details?.reason).toBe('plan_in_use')

  const [standard] = (await world.quotas.listPlans()).filter(({ is_default }) => is_default)
  if (!standard) throw new Error('there is no default plan')
  await world.quotas.updatePlan(id, { is_default: true })
  expect((await world.quotas.listPlans()).filter(({ is_default }) => is_default).map(other => other.id)).toEqual([id])
  expect((await failure(world.quotas.deletePlan(id))).details?.reason).toBe('plan_is_default')
  expect((await world.teams.getTeam('every-team', (await personWith({})).team_id)).edge_class).toBe('large')
  await world.quotas.updatePlan(standard.id, { is_default: true })
})

test("another team's quota is not found", async () => {
  const { ana, bruno } = world
  expect((await failure(world.quotas.getQuota([bruno.team_id], ana.team_id))).code).toBe('not_found')
  expect((await failure(world.quotas.getQuota([], ana.team_id))).code).toBe('not_found')
})

test('files never outgrow their storage, whichever comes first: publishing more or asking for less', async () => {
  const person = await personWith({})
  const scope = [person.team_id]
  const manifest = (gib: number) => [{ path: 'film.mp4', sha256: 'a'.repeat(64), size: gib * 2 ** 30 }]
  const publish = (id: string, gib: number) =>
    world.desired.createRelease(scope, id, { published_by: person.id, files: manifest(gib), warnings: [] })
  for (let round = 0; round < 10; round++) {
    const service = await world.desired.createService(
      newService(person, `${person.username}-${round}`, { resources: { ...small, storage_gb: 8 } }),
    )
    const answers = await Promise.allSettled([
      publish(service.id, 5),
      world.desired.updateService(scope, service.id, { resources: { storage_gb: 2 } }),
    ])
    const refused = answers.filter(answer => answer.status === 'rejected').map(answer => answer.reason as AppError)
    expect(refused.map(error => [error.code, error.details?.reason])).toEqual([['too_large', 'over_storage']])
    const { release, resources } = await world.desired.getService(scope, service.id)
    expect(release?.files_bytes ?? 0).toBeLessThanOrEqual(resources.storage_gb * 2 ** 30)
  }
})

test('a release that does not fit any more is not served again', async () => {
  const person = await personWith({})
  const scope = [person.team_id]
  const large = [{ path: 'film.mp4', sha256: 'b'.repeat(64), size: 3 * 2 ** 30 }]
  const service = await world.desired.createService(
    newService(person, `vuelve-${person.username}`, {
      resources: { ...small, storage_gb: 4 },
      release: { files: large, warnings: [] },
    }),
  )
  await world.desired.createRelease(scope, service.id, { published_by: person.id, files: someFiles(1), warnings: [] })
  await world.desired.updateService(scope, service.id, { resources: { storage_gb: 1 } })
  const error = await failure(world.desired.rollback(scope, service.id, service.release_id ?? ''))
  expect([error.code, error.details?.reason]).toEqual(['too_large', 'over_storage'])
})

test('uploads that are announced and never published are a hundred, also when announced at once', async () => {
  const person = await personWith({})
  const announce = () =>
    world.desired.createUpload({ team_id: person.team_id, person_id: person.id, files: someFiles(1) })
  const answers = await Promise.allSettled(Array.from({ length: 130 }, announce))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(100)
  expect((await failure(announce())).details).toMatchObject({ reason: 'quota_open_uploads', used: 100, allowed: 100 })
})

test('a host goes when nothing is promised of it any more', async () => {
  const own = await createTestWorld(await server.createDatabase())
  await own.quotas.recordNode({ id: 'old', kind: 'docker', capacity: { cpus: 8, ram_mb: 4000, storage_gb: 100 } })
  const service = await own.desired.createService(newService(own.ana, 'ultima'))
  const error = await failure(own.quotas.removeNode('old'))
  expect([error.code, error.details]).toMatchObject(['conflict', { reason: 'node_in_use', services: 1 }])
  await own.desired.deleteService([own.ana.team_id], service.id, { purge: true })
  expect((await failure(own.quotas.removeNode('old'))).code).toBe('conflict')
  await own.observed.completeDeletion(service.id, { files: true })
  await own.quotas.removeNode('old')
  expect(await own.quotas.listNodes()).toEqual([])
  expect((await failure(own.quotas.removeNode('old'))).code).toBe('not_found')
  await own.listener.close()
})

test('a host is not taken away from under somebody who is just given room on it', async () => {
  const own = await createTestWorld(await server.createDatabase())
  for (let round = 0; round < 10; round++) {
    const id = `host-${round}`
    await own.quotas.recordNode({ id, kind: 'docker', capacity: { cpus: 8, ram_mb: 4000, storage_gb: 100 } })
    const [made, removed] = await Promise.allSettled([
      own.desired.createService(newService(own.ana, `carrera-${round}`)),
      own.quotas.removeNode(id),
    ])
    expect(made.status).toBe('fulfilled')
    const nodes = await own.quotas.listNodes()
    expect(nodes.map(node => node.services)).toEqual(removed.status === 'fulfilled' ? [] : [1])
    if (made.status !== 'fulfilled') continue
    await own.desired.deleteService([own.ana.team_id], made.value.id, { purge: true })
    await own.observed.completeDeletion(made.value.id, { files: true })
    if (removed.status === 'rejected') await own.quotas.removeNode(id)
  }
  await own.listener.close()
})
