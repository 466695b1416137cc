import { silentLog, waitUntil } from '@parcela/kit'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkQueue } from '../queue/create-work-queue.ts'
import { startDebianPostgres } from './debian-postgres.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './open-database.ts'
import { startTestServer, type TestServer, testClock, useTestServer, withDatabase } from './test-database.ts'
import { createTestWorld, newService, someFiles } from './test-world.ts'

const startOnDebian = async (): Promise<TestServer> => {
  const debian = await startDebianPostgres()
  const tests = await useTestServer(debian.connectionString)
  return {
    ...tests,
    stop: async () => {
      await tests.stop()
      await debian.stop()
    },
  }
}

describe.each([
  { name: 'the embedded PostgreSQL', start: startTestServer },
  { name: "Debian's PostgreSQL", start: startOnDebian },
])('on $name', ({ start }) => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())

  const emptyDatabase = async (name: string): Promise<string> => {
    const client = new pg.Client({ connectionString: server.connectionString })
    await client.connect()
    await client.query(`create database ${name}`)
    await client.end()
    return withDatabase(server.connectionString, name)
  }

  test('several processes that migrate an empty database at once end with the same tables, and again is success', async () => {
    const connectionString = await emptyDatabase('parcela_at_once')
    const databases = [1, 2, 3].map(() => openDatabase({ connectionString, poolSize: 2, log: silentLog }))
    await Promise.all(databases.map(migrate))
    await Promise.all(databases.map(migrate))
    const [database] = databases
    if (!database) throw new Error('A database was expected')
    const { rows } = await sql<{ name: string }>`select name from schema_migrations order by name`.execute(database.db)
    expect(rows.map(({ name }) => name)).toEqual(rows.map(({ name }) => name).toSorted())
    expect(rows[0]?.name).toBe('0001-people-and-teams')
    await Promise.all(databases.map(opened => opened.close()))
  })

  test('a service is asked for, worked on, published, rolled back and deleted', async () => {
    const world = await createTestWorld(await server.createDatabase())
    const { database, desired, observed, reader, ana } = world
    const scope = [ana.team_id]
    const queue = createWorkQueue({ database, log: silentLog, clock: testClock })
    const seen: number[] = []
    const worker = await queue.start(
      async id => {
        const spec = await reader.findService(id)
        if (!spec) return
        seen.push(spec.generation)
        if (spec.power === 'deleted') await observed.completeDeletion(id, { files: spec.purge })
        else if (spec.release_id) await observed.recordRelease(spec.release_id, 'live', null)
      },
      { concurrency: 2 },
    )
    const reached = (generation: number) =>
      waitUntil(() => seen.includes(generation), { timeoutMs: 15_000, what: `generation ${generation}` })

    const files = someFiles(3)
    const { id, release_id } = await desired.createService(
      newService(ana, 'cuento', { release: { files, warnings: [] } }),
    )
    await reached(1)
    await desired.createRelease(scope, id, { files: someFiles(2), warnings: [], published_by: ana.id })
    await reached(2)
    await desired.rollback(scope, id, release_id ?? '')
    await reached(3)
    await desired.deleteService(scope, id, { purge: true })
    await reached(4)
    await waitUntil(async () => (await reader.findUnreferencedBlobs(files.map(file => file.sha256))).length === 3, {
      timeoutMs: 5_000,
      what: 'the files to be free',
    })
    await worker.stop()
    await world.listener.close()
  })
})
