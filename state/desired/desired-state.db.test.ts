import { AppError, serviceName } from '@parcela/contract'
import { sql } from 'kysely'
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
const waitingJobs = async (id: string): Promise<number> => {
  const { rows } = await sql`select id from graphile_worker.jobs where key = ${id}`.execute(world.database.db)
  return rows.length
}

test('a new service is queued, its owner can read it, and the reconciler is woken', async () => {
  const { desired, ana } = world
  const service = await desired.createService(
    newService(ana, 'nuevo', { release: { files: someFiles(3), warnings: ['no index'] } }),
  )
  expect(service).toMatchObject({
    name: 'nuevo',
    power: 'running',
    generation: 1,
    observed: { status: 'queued', generation: 1, serving_release_id: null, warnings: ['no index'] },
    owner: { username: 'ana' },
    release: { files_count: 3, files_bytes: 3 },
  })
  expect(await desired.getService([ana.team_id], service.id)).toEqual(service)
  expect(await waitingJobs(service.id)).toBe(1)
})

test('what another team owns is not found, whatever is asked of it', async () => {
  const { desired, ana, bruno } = world
  const service = await desired.createService(
    newService(ana, 'ajeno', { release: { files: someFiles(1), warnings: [] } }),
  )
  const foreign = [bruno.team_id]
  const release = service.release_id ?? ''
  const change = { resources: service.resources, additional_requirements: {} }
  const publish = { files: [], warnings: [], published_by: bruno.id }
  const attempts = [
    () => desired.getService(foreign, service.id),
    () => desired.getService([], service.id),
    () => desired.updateService(foreign, service.id, change),
    () => desired.actOnService(foreign, service.id, 'stop'),
    () => desired.deleteService(foreign, service.id, { purge: true }),
    () => desired.createRelease(foreign, service.id, publish),
    () => desired.rollback(foreign, service.id, release),
    () => desired.getRelease(foreign, release),
    () => desired.listReleases(foreign, service.id, { limit: 10, cursor: undefined }),
  ]
  for (const attempt of attempts) expect((await failure(attempt())).code).toBe('not_found')
  expect((await desired.listServices(foreign, { limit: 200, cursor: undefined })).items).toEqual([])
  expect(await desired.getService('every-team', service.id)).toEqual(service)
})

test('of many who ask for one name at once, one gets it and the others get a free suggestion', async () => {
  const { desired, ana } = world
  const answers = await Promise.allSettled(
    Array.from({ length: 12 }, () => desired.createService(newService(ana, 'tienda'))),
  )
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
  for (const answer of answers) {
    if (answer.status === 'fulfilled') continue
    expect(answer.reason).toMatchObject({ code: 'conflict', details: { reason: 'name_taken', suggestion: 'tienda-2' } })
  }
})

test('a suggestion is a free, valid name, also for the longest names', async () => {
  const { desired, ana } = world
  const long = `${'a'.repeat(60)}-bc`
  await desired.createService(newService(ana, long))
  const { taken, suggestion } = await desired.suggestName(long)
  expect(taken).toBe(true)
  expect(serviceName.parse(suggestion)).toBe(suggestion)
  expect(await desired.suggestName(suggestion)).toEqual({ taken: false, suggestion })
  for (let number = 2; number <= 25; number += 1) await desired.createService(newService(ana, `lleno-${number}`))
  await desired.createService(newService(ana, 'lleno'))
  expect(await desired.suggestName('lleno')).toEqual({ taken: true, suggestion: 'lleno-26' })
})

test('the same request twice under one idempotency key makes one service, also at the same moment', async () => {
  const { desired, ana } = world
  const key = { person_id: ana.id, key: 'k1', fingerprint: 'f1' }
  const services = await Promise.all([1, 2, 3].map(() => desired.createService(newService(ana, 'una-vez'), key)))
  expect(new Set(services.map(service => service.id)).size).toBe(1)
  const other = await failure(desired.createService(newService(ana, 'otra'), { ...key, fingerprint: 'f2' }))
  expect(other).toMatchObject({ code: 'conflict', details: { reason: 'idempotency_key_reused' } })
  world.passTime(25 * 3_600_000)
  const nextDay = await desired.createService(newService(ana, 'otra'), { ...key, fingerprint: 'f2' })
  expect(nextDay.name).toBe('otra')
})

test('a refused request does not use up its idempotency key', async () => {
  const { desired, ana } = world
  await desired.createService(newService(ana, 'ocupado'))
  const key = { person_id: ana.id, key: 'k2', fingerprint: 'f' }
  await failure(desired.createService(newService(ana, 'ocupado'), key))
  expect((await desired.createService(newService(ana, 'ocupado-2'), key)).name).toBe('ocupado-2')
})

test('a publish on a running service makes it updating at once, numbers its releases, and starts a stopped one', async () => {
  const { desired, observed, ana } = world
  const first = await desired.createService(
    newService(ana, 'publica', { release: { files: someFiles(1), warnings: [] } }),
  )
  const live = first.release_id
  if (!live) throw new Error('A release was expected')
  await observed.recordRelease(live, 'live', null)
  await observed.recordStatus(first.id, {
    status: 'running',
    status_reason: null,
    generation: 1,
    serving_release_id: live,
    warnings: [],
    attempts: 0,
    retry_at: null,
  })
  await desired.actOnService([ana.team_id], first.id, 'stop')
  const key = { person_id: ana.id, key: 'publish', fingerprint: 'p' }
  const files = someFiles(2)
  const publish = { files, warnings: [], published_by: ana.id }
  const release = await desired.createRelease([ana.team_id], first.id, publish, key)
  expect(await desired.createRelease([ana.team_id], first.id, publish, key)).toEqual(release)
  expect(release).toMatchObject({ number: 2, status: 'queued', files_count: 2, published_by: { username: 'ana' } })
  const after = await desired.getService([ana.team_id], first.id)
  expect(after).toMatchObject({
    power: 'running',
    generation: 3,
    release_id: release.id,
    observed: { status: 'updating', serving_release_id: live, generation: 3 },
  })
  expect(await world.reader.readManifest(release.id)).toEqual(files)
  const { items } = await desired.listReleases([ana.team_id], first.id, { limit: 1, cursor: undefined })
  expect(items.map(({ number }) => number)).toEqual([2])
})

test('an earlier release can be served again, unless it failed before it was ever live', async () => {
  const { desired, observed, ana } = world
  const scope = [ana.team_id]
  const { id } = await desired.createService(newService(ana, 'vuelve'))
  const other = await desired.createService(
    newService(ana, 'vuelve-otra', { release: { files: someFiles(1), warnings: [] } }),
  )
  const publish = () => desired.createRelease(scope, id, { files: someFiles(1), warnings: [], published_by: ana.id })
  const [one, two, three] = [await publish(), await publish(), await publish()]
  await observed.recordRelease(one.id, 'failed', { code: 'rejected', message: 'no', step: 'build-image' })
  await observed.recordRelease(two.id, 'live', null)
  await observed.recordRelease(three.id, 'live', null)
  expect((await desired.getRelease(scope, two.id)).status).toBe('retired')
  expect(await failure(desired.rollback(scope, id, one.id))).toMatchObject({
    code: 'conflict',
    details: { reason: 'release_failed' },
  })
  expect((await failure(desired.rollback(scope, id, other.release_id ?? ''))).code).toBe('not_found')
  const back = await desired.rollback(scope, id, two.id)
  expect(back).toMatchObject({ release_id: two.id, generation: 5, power: 'running' })
})

test('start, stop and restart change only what is not so already', async () => {
  const { desired, ana } = world
  const scope = [ana.team_id]
  const { id } = await desired.createService(newService(ana, 'interruptor'))
  expect((await desired.actOnService(scope, id, 'start')).generation).toBe(1)
  expect(await desired.actOnService(scope, id, 'stop')).toMatchObject({ generation: 2, power: 'stopped' })
  expect((await desired.actOnService(scope, id, 'stop')).generation).toBe(2)
  expect(await desired.actOnService(scope, id, 'restart')).toMatchObject({
    generation: 3,
    power: 'running',
    restarts: 1,
  })
})

test('a change of resources raises the generation, the same resources again do not', async () => {
  const { desired, ana } = world
  const scope = [ana.team_id]
  const { id } = await desired.createService(newService(ana, 'crece'))
  const change = { resources: { storage_gb: 2, ram_mb: 128, cpus: 0.25 }, additional_requirements: { env: { A: '1' } } }
  expect(await desired.updateService(scope, id, change)).toMatchObject({ ...change, generation: 2 })
  expect((await desired.updateService(scope, id, change)).generation).toBe(2)
})

test('a deletion keeps the name until it is complete, and nothing else can be asked meanwhile', async () => {
  const { desired, observed, reader, ana } = world
  const scope = [ana.team_id]
  const { id } = await desired.createService(newService(ana, 'fin', { release: { files: someFiles(2), warnings: [] } }))
  const deleted = await desired.deleteService(scope, id, { purge: false })
  expect(deleted).toMatchObject({ power: 'deleted', generation: 2, observed: { status: 'deleting' } })
  expect((await desired.deleteService(scope, id, { purge: false })).generation).toBe(2)
  for (const action of ['start', 'restart'] as const)
    expect((await failure(desired.actOnService(scope, id, action))).code).toBe('conflict')
  expect((await failure(desired.createService(newService(ana, 'fin')))).code).toBe('conflict')

  expect(await observed.completeDeletion(id, { files: false })).toEqual([])
  expect((await failure(desired.getService(scope, id))).code).toBe('not_found')
  expect(await reader.findService(id)).toBeUndefined()
  expect((await desired.createService(newService(ana, 'fin'))).name).toBe('fin')

  expect(await observed.listExpired(world.clock.now(), 30)).not.toContain(id)
  await desired.deleteService(scope, id, { purge: true })
  expect(await observed.listExpired(world.clock.now(), 30)).toContain(id)
})

test('a purge answers only the contents that nothing else refers to', async () => {
  const { desired, observed, reader, ana, bruno } = world
  const [own, shared, sent] = someFiles(3)
  if (!own || !shared || !sent) throw new Error('Three files were expected')
  const mine = await desired.createService(
    newService(ana, 'purga', { release: { files: [own, shared, sent], warnings: [] } }),
  )
  await desired.createService(newService(bruno, 'comparte', { release: { files: [shared], warnings: [] } }))
  await desired.recordSentBlob(bruno.id, sent)
  await desired.deleteService([ana.team_id], mine.id, { purge: true })
  expect(await observed.completeDeletion(mine.id, { files: false })).toEqual([own.sha256])
  expect(await observed.completeDeletion(mine.id, { files: true })).toEqual([])
  const all = [own, shared, sent].map(file => file.sha256)
  expect(await reader.findUnreferencedBlobs(all)).toEqual([own.sha256])
  world.passTime(25 * 3_600_000)
  expect((await reader.findUnreferencedBlobs(all)).sort()).toEqual([own.sha256, sent.sha256].sort())
})

test('a service that nobody deleted survives a mistaken end of its deletion', async () => {
  const { desired, observed, ana } = world
  const { id } = await desired.createService(newService(ana, 'vive'))
  await observed.completeDeletion(id, { files: true })
  expect((await desired.getService([ana.team_id], id)).name).toBe('vive')
})

test('services are listed newest first, page by page, none twice and none left out', async () => {
  const { desired } = world
  const carla = await world.people.createPerson({
    username: 'carla',
    external_id: '17',
    email: null,
    name: 'Carla',
    is_administrator: false,
    account_id: null,
  })
  const made: string[] = []
  for (let number = 0; number < 7; number += 1)
    made.push((await desired.createService(newService(carla, `pagina-${number}`))).id)
  const seen: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < 4; page += 1) {
    const { items, next } = await desired.listServices([carla.team_id], { limit: 3, cursor })
    seen.push(...items.map(({ id }) => id))
    if (next === null) break
    cursor = next
  }
  expect(seen.toSorted()).toEqual(made.toSorted())
  expect(new Set(seen).size).toBe(7)
  expect((await failure(desired.listServices([carla.team_id], { limit: 3, cursor: 'nonsense' }))).code).toBe('invalid')
})

test('two who change different things at once both get theirs', async () => {
  const { desired, ana } = world
  const { id, resources } = await desired.createService(newService(ana, 'ambas'))
  const scope = [ana.team_id]
  await Promise.all([
    desired.updateService(scope, id, { resources: { ram_mb: 512 } }),
    desired.updateService(scope, id, { resources: { cpus: 2 } }),
    desired.updateService(scope, id, { additional_requirements: { note: 'x' } }),
  ])
  expect(await desired.getService(scope, id)).toMatchObject({
    resources: { ...resources, ram_mb: 512, cpus: 2 },
    additional_requirements: { note: 'x' },
    generation: 4,
  })
})

test('what was sent is held by the first release that names it, and goes with it', async () => {
  const { desired, observed, ana } = world
  const [file] = someFiles(1)
  if (!file) throw new Error('A file was expected')
  await desired.recordSentBlob(ana.id, file)
  const { id } = await desired.createService(newService(ana, 'primera', { release: { files: [file], warnings: [] } }))
  await desired.deleteService('every-team', id, { purge: true })
  expect(await observed.completeDeletion(id, { files: true })).toEqual([file.sha256])
})

test('an upload is its sender’s for a day, and a digest opens only what one published or sent', async () => {
  const { desired, ana, bruno } = world
  const files = someFiles(2)
  const [first, second] = files
  if (!first || !second) throw new Error('Two files were expected')
  const digests = files.map(file => file.sha256)
  const upload = await desired.createUpload({ team_id: ana.team_id, person_id: ana.id, files })
  expect(await desired.getUpload(ana.id, upload.id)).toEqual({ id: upload.id, files })
  expect((await failure(desired.getUpload(bruno.id, upload.id))).code).toBe('not_found')

  expect(await desired.findReadableBlobs([ana.team_id], ana.id, digests)).toEqual(new Map())
  await desired.recordSentBlob(ana.id, first)
  await desired.recordSentBlob(ana.id, first)
  const expected = new Map([[first.sha256, first.size]])
  expect(await desired.findReadableBlobs([ana.team_id], ana.id, digests)).toEqual(expected)
  expect(await desired.findReadableBlobs([bruno.team_id], bruno.id, digests)).toEqual(new Map())

  await desired.createService(newService(bruno, 'con-ficheros', { release: { files: [second], warnings: [] } }))
  expect([...(await desired.findReadableBlobs([bruno.team_id], bruno.id, digests)).keys()]).toEqual([second.sha256])

  world.passTime(25 * 3_600_000)
  expect((await failure(desired.getUpload(ana.id, upload.id))).code).toBe('not_found')
})

test('a release of 50,000 files is published', async () => {
  const { desired, reader, ana } = world
  const service = await desired.createService(
    newService(ana, 'grande', { release: { files: someFiles(50_000), warnings: [] } }),
  )
  expect(service.release?.files_count).toBe(50_000)
  if (!service.release_id) throw new Error('A release was expected')
  expect(await reader.readManifest(service.release_id)).toHaveLength(50_000)
})
