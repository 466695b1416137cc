import { copyFile, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecretKey, silentLog, waitingKeyFile, writeSecretKey } from '@parcela/kit'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/open-database.ts'
import { startTestServer, type TestServer, testClock } from '../database/test-database.ts'
import { openSecrets } from './open-secrets.ts'

let server: TestServer
let database: Database
let folder: string
let keyFile: string
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  database = await server.createDatabase()
  folder = await mkdtemp(join(tmpdir(), 'parcela-secrets-'))
  keyFile = join(folder, 'secrets.key')
})
afterEach(() => rm(folder, { recursive: true }))

const open = () => openSecrets({ database, clock: testClock, keyFile, log: silentLog })

test('the first start makes the key, and what is stored is found again and nowhere in clear', async () => {
  const first = await open()
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
  await first.put('platform/smtp', 'hunter2')
  await first.put('platform/smtp', 'hunter3')
  await first.put('service/svc_1/env/DSN', 'contraseña')
  const again = await open()
  expect(await again.get('platform/smtp')).toBe('hunter3')
  expect(await again.get('platform/oidc')).toBeUndefined()
  expect((await again.list()).map(({ name }) => name)).toEqual(['platform/smtp', 'service/svc_1/env/DSN'])
  expect((await again.list('service/')).map(({ name }) => name)).toEqual(['service/svc_1/env/DSN'])
  const { rows } = await sql<{ text: string }>`select string_agg(s::text, ' ') as text from secrets s`.execute(
    database.db,
  )
  expect(rows[0]?.text).not.toMatch(/hunter|contrase/)
  await again.remove('platform/smtp')
  await again.remove('platform/smtp')
  expect(await again.get('platform/smtp')).toBeUndefined()
})

test('a row that was copied to another name, or changed, is not read', async () => {
  const secrets = await open()
  await secrets.put('service/svc_1/env/A', 'of one')
  await secrets.put('service/svc_2/env/A', 'of two')
  await sql`update secrets set envelope = (select envelope from secrets where name = 'service/svc_1/env/A')`.execute(
    database.db,
  )
  expect(await secrets.get('service/svc_1/env/A')).toBe('of one')
  await expect(secrets.get('service/svc_2/env/A')).rejects.toMatchObject({ code: 'internal' })
})

test('a start without its key file, or with another one, is refused and changes nothing', async () => {
  await (await open()).put('platform/smtp', 'hunter2')
  await rename(keyFile, join(folder, 'kept'))
  await expect(open()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('missing') })
  expect(await readdir(folder)).toEqual(['kept'])
  await writeSecretKey(keyFile, createSecretKey())
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('Put the right file back') })
  await rename(join(folder, 'kept'), keyFile)
  expect(await (await open()).get('platform/smtp')).toBe('hunter2')
})

test('a database whose check was removed or changed is refused', async () => {
  await (await open()).put('platform/smtp', 'hunter2')
  await sql`update secret_check set envelope = envelope || 'A'`.execute(database.db)
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('was changed') })
  await sql`delete from secret_check`.execute(database.db)
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('is gone') })
})

test('a new key opens everything, and the old one nothing any more', async () => {
  const secrets = await open()
  await secrets.put('a', 'one')
  await secrets.put('b', 'two')
  await copyFile(keyFile, join(folder, 'old'))
  const { key_id, secrets: count } = await secrets.rotate()
  expect(count).toBe(2)
  expect(await readFile(keyFile, 'utf8')).toContain(key_id)
  expect([await secrets.get('a'), await (await open()).get('b')]).toEqual(['one', 'two'])
  const { rows } = await sql<{ envelope: string }>`select envelope from secrets`.execute(database.db)
  expect(rows.every(({ envelope }) => envelope.includes(key_id))).toBe(true)
  await rename(join(folder, 'old'), keyFile)
  await expect(open()).rejects.toMatchObject({ code: 'invalid' })
})

test('two processes follow each other, also when they change the key or store at once', async () => {
  const [one, other] = [await open(), await open()]
  await one.put('a', '1')
  await Promise.all([one.rotate(), other.put('b', '2'), one.put('c', '3'), other.put('d', '4')])
  await Promise.all([other.rotate(), one.put('e', '5')])
  for (const secrets of [one, other, await open()]) {
    const texts = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(name => secrets.get(name)))
    expect(texts).toEqual(['1', '2', '3', '4', '5'])
  }
})

test('a process that died before the commit leaves the old key in use', async () => {
  await (await open()).put('a', 'one')
  const never = createSecretKey()
  await writeSecretKey(waitingKeyFile(keyFile, never.id), never)
  expect(await (await open()).get('a')).toBe('one')
  expect(await readdir(folder)).toEqual(['secrets.key'])
})

test('a process that died between the commit and the new file is completed by the next start', async () => {
  const secrets = await open()
  await secrets.put('a', 'one')
  await copyFile(keyFile, join(folder, 'old'))
  const { key_id } = await secrets.rotate()
  await rename(keyFile, waitingKeyFile(keyFile, key_id))
  await rename(join(folder, 'old'), keyFile)
  expect(await (await open()).get('a')).toBe('one')
  expect(await readdir(folder)).toEqual(['secrets.key'])
  expect(await readFile(keyFile, 'utf8')).toContain(key_id)
})

test('a secret that cannot be read stops the change, and everything stays as it was', async () => {
  const secrets = await open()
  await secrets.put('a', 'one')
  await secrets.put('b', 'two')
  await sql`update secrets set envelope = 'v1:broken' where name = 'b'`.execute(database.db)
  await expect(secrets.rotate()).rejects.toThrow()
  expect(await secrets.get('a')).toBe('one')
  expect(await (await open()).get('a')).toBe('one')
  expect(await readdir(folder)).toEqual(['secrets.key'])
})
