import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog } from '@parcela/kit'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { openIdentity } from './open-identity.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('a connection that is lost while it is held ends nothing but what was asked on it', async () => {
  const database = await server.createDatabase()
  const identity = openIdentity({ database, log: silentLog })
  await identity.db.connection().execute(async held => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(held)
    await sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(database.db)
    // The loss arrives while nothing is being asked: nobody but the pool could hear of it.
    await sleep(100)
    await expect(sql`select 1`.execute(held)).rejects.toThrow()
  })
  expect((await sql`select 1 as one`.execute(identity.db)).rows).toEqual([{ one: 1 }])
  await identity.close()
})
