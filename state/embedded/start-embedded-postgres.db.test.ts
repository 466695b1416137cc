import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureServiceDirectory, removeServiceDirectory, silentLog, spawn, waitUntil } from '@parcela/kit'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asDatabaseUser, databaseEnvironment, ensureDatabaseUser } from './database-user.ts'
import { ensurePostgresBinaries } from './ensure-postgres-binaries.ts'
import { listServerProcesses, signalProcess } from './server-processes.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts'

const isRoot = process.getuid?.() === 0
const holdScript = fileURLToPath(new URL('fixtures/start-and-hold.ts', import.meta.url))

let home: string
let started: EmbeddedPostgres[]

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'parcela-pg-'))
  started = []
})

afterEach(async () => {
  for (const postgres of started) await postgres.stop()
  await removeServiceDirectory(home, 'postgres')
  await removeServiceDirectory(home, 'run')
  await rm(home, { recursive: true, force: true })
})

const start = async (): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ home, log: silentLog })
  started.push(postgres)
  return postgres
}

const query = async (postgres: EmbeddedPostgres, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: postgres.connectionString })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** A process of its own that started the server; answers both process ids. */
const startElsewhere = async (): Promise<{ holder: number; server: number }> => {
  const report = join(home, 'report')
  const child = spawn([process.execPath, holdScript, home, report], { output: 'ignore', env: databaseEnvironment })
  const server = await waitUntil(() => readIfThere(report), {
    timeoutMs: 30_000,
    what: 'the other process to start it',
  })
  if (child.pid === undefined) throw new Error('The process did not start')
  return { holder: child.pid, server: Number(server) }
}

const readIfThere = async (file: string): Promise<string | undefined> => {
  try {
    return (await readFile(file, 'utf8')) || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const dataDirectory = async (): Promise<string> => join(await ensureServiceDirectory(home, 'postgres'), 'data')

test('the server runs without privileges, is closed to others, and keeps its data over a restart', async () => {
  const first = await start()
  expect(await query(first, 'select current_user as who, rolsuper from pg_roles where rolname = current_user')).toEqual(
    [{ who: 'parcela', rolsuper: false }],
  )
  const [settings] = await query(
    first,
    "select current_setting('data_checksums') as checksums, current_setting('fsync') as fsync, current_setting('listen_addresses') as tcp, current_setting('server_encoding') as encoding",
  )
  expect(settings).toEqual({ checksums: 'on', fsync: 'on', tcp: '', encoding: 'UTF8' })
  const { uid } = await stat(`/proc/${first.pid}`)
  expect(uid).not.toBe(0)
  expect((await stat(await dataDirectory())).mode & 0o077).toBe(0)

  await query(first, "create table kept (word text); insert into kept values ('ñandú')")
  await first.stop()
  expect(first.pid).toBeUndefined()
  expect(await listServerProcesses(await dataDirectory())).toEqual([])
  expect(await query(await start(), 'select word from kept')).toEqual([{ word: 'ñandú' }])
})

test('a second start on the same data is refused, and the first goes on', async () => {
  const first = await start()
  await expect(start()).rejects.toMatchObject({ code: 'conflict', details: { reason: 'home_in_use' } })
  expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('when the process that started it is killed, the server ends by itself and what was committed stays', async () => {
  const { holder, server } = await startElsewhere()
  signalProcess(holder, 'SIGKILL')
  const directory = await dataDirectory()
  const isGone = async (): Promise<boolean> => (await listServerProcesses(directory)).length === 0
  await waitUntil(isGone, { timeoutMs: 15_000, what: `the server ${server} to end` })
  expect(await query(await start(), 'select word from committed')).toEqual([{ word: 'safe' }])
})

test('a start right after such a kill waits for the old server instead of running beside it', async () => {
  const { holder, server } = await startElsewhere()
  signalProcess(holder, 'SIGKILL')
  const next = await start()
  expect(next.pid).not.toBe(server)
  expect(await query(next, 'select word from committed')).toEqual([{ word: 'safe' }])
})

test('a server that nobody supervises any more is ended before the next one starts', async () => {
  const first = await start()
  await query(first, 'create table kept (word text)')
  await first.stop()
  const directory = await ensureServiceDirectory(home, 'postgres')
  const binaries = await ensurePostgresBinaries({
    cache: isRoot ? '/var/cache/parcela' : join(home, 'cache'),
    log: silentLog,
  })
  const argv = [
    binaries.postgres,
    '-D',
    join(directory, 'data'),
    '-c',
    `config_file=${directory}/postgresql.conf`,
  ] as const
  const unsupervised = asDatabaseUser(await ensureDatabaseUser(), argv).map(word => (word === 'INT' ? 'clear' : word))
  const [program = '', ...rest] = unsupervised
  const orphan = spawn([program, ...rest], {
    cwd: directory,
    env: databaseEnvironment,
    output: 'ignore',
    detached: true,
  })
  const isUp = async (): Promise<boolean> => (await listServerProcesses(join(directory, 'data'))).length > 3
  await waitUntil(isUp, { timeoutMs: 10_000, what: 'the orphan to run' })

  const next = await start()
  expect(orphan.pid && (await listServerProcesses(join(directory, 'data')))).not.toContain(orphan.pid)
  expect(await query(next, 'select count(*)::int as rows from kept')).toEqual([{ rows: 0 }])
})

test('a killed server is started again, and what was committed is there', async () => {
  const postgres = await start()
  await query(postgres, "create table kept (word text); insert into kept values ('safe')")
  const killed = postgres.pid ?? 0
  signalProcess(killed, 'SIGKILL')
  const isBack = (): boolean => postgres.pid !== undefined && postgres.pid !== killed
  await waitUntil(isBack, { timeoutMs: 20_000, what: 'the server to be back' })
  expect(await query(postgres, 'select word from kept')).toEqual([{ word: 'safe' }])
})

test('a stop while the killed server is coming back leaves no process', async () => {
  const postgres = await start()
  signalProcess(postgres.pid ?? 0, 'SIGKILL')
  await postgres.stop()
  await postgres.stop()
  const directory = await dataDirectory()
  const isGone = async (): Promise<boolean> => (await listServerProcesses(directory)).length === 0
  await waitUntil(isGone, { timeoutMs: 10_000, what: 'every process to end' })
})

test('a pid file left by a power cut is no obstacle, even when its number is taken by another process', async () => {
  await (await start()).stop()
  const { uid } = await stat(await dataDirectory())
  const other = spawn([...asUid(uid), 'sleep', '60'], { output: 'ignore' })
  await writeFile(
    join(await dataDirectory(), 'postmaster.pid'),
    `${other.pid}\n${await dataDirectory()}\n1\n5432\n\n\n0 0\nready\n`,
  )
  expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }])
  expect(other.exitCode).toBeNull()
  other.kill()
})

const asUid = (uid: number): [string, ...string[]] =>
  isRoot ? ['setpriv', '--reuid', `${uid}`, '--clear-groups'] : ['setpriv', '--no-new-privs']

test('a first start that died in the middle is thrown away and done again', async () => {
  const directory = await ensureServiceDirectory(home, 'postgres')
  await mkdir(join(directory, 'data.new-broken'))
  await writeFile(join(directory, 'data.new-broken', 'PG_VERSION'), '18\n')
  await start()
  expect((await readdir(directory)).filter(name => name.startsWith('data'))).toEqual(['data'])
})

test('data of another major version is refused with a sentence and left alone', async () => {
  const directory = await ensureServiceDirectory(home, 'postgres')
  await mkdir(join(directory, 'data'))
  await writeFile(join(directory, 'data', 'PG_VERSION'), '15\n')
  await expect(start()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('written by PostgreSQL 15'),
  })
  expect(await readdir(join(directory, 'data'))).toEqual(['PG_VERSION'])
})

test('the log of the server says that a statement failed, and none of its values', async () => {
  const postgres = await start()
  await query(postgres, 'create table words (word text primary key)')
  const twice = "insert into words values ('hunter2'), ('hunter2')"
  await expect(query(postgres, twice)).rejects.toThrow('duplicate key')
  const text = await readFile(join(home, 'log', 'postgres.log'), 'utf8')
  expect(text).toContain('duplicate key')
  expect(text).not.toContain('hunter2')
  expect((await stat(join(home, 'log', 'postgres.log'))).mode & 0o077).toBe(0)
})

test.runIf(isRoot)('a directory that another user put in the way is refused', async () => {
  await chmod(home, 0o755)
  await mkdir(join(home, 'postgres'))
  await chown(join(home, 'postgres'), 65_534, 65_534)
  await expect(start()).rejects.toMatchObject({ code: 'conflict' })
})
