import type { AuditCheck, AuditEntry, AuditTrail } from '@parcela/core'
import { silentLog } from '@parcela/kit'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startDebianPostgres } from '../database/debian-postgres.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import {
  startTestServer,
  type TestServer,
  testClock,
  testRandom,
  useTestServer,
  withDatabase,
} from '../database/test-database.ts'
import { createPeople } from '../identity/create-people.ts'
import { createAuditTrail } from './create-audit-trail.ts'

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

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: new Date(),
  actor: { id: 'usr_1', username: 'ana' },
  through: 'session',
  through_id: 'session-1',
  address: '192.0.2.1',
  user_agent: 'a browser',
  request_id: 'req_1',
  action: 'updateService',
  object_type: 'service',
  object_id: 'svc_1',
  team_id: 'team_1',
  outcome: 'done',
  status: 202,
  error_code: null,
  before: { ram_mb: 64 },
  after: { ram_mb: 128 },
  ...more,
})

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000)

const readAll = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const lastCheck = async (trail: AuditTrail): Promise<AuditCheck | undefined> => (await readAll(trail.verify())).at(-1)

describe.each([
  // A login of its own has no way back to the owner.
  { name: 'the embedded PostgreSQL, with a login of its own', start: startTestServer, escapes: ['set role parcela'] },
  { name: "Debian's PostgreSQL, with a role that is taken", start: startOnDebian, escapes: [] },
])('on $name', ({ start, escapes }) => {
  let server: TestServer
  let database: Database
  let trail: AuditTrail
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    database = await server.createDatabase()
    trail = createAuditTrail({ database, clock: testClock })
  })

  /** As somebody who administers the database, with every trigger off. */
  const tamper = async (...statements: string[]): Promise<void> => {
    const name = (await database.pool.query<{ name: string }>('select current_database() as name')).rows[0]?.name ?? ''
    const client = new pg.Client({ connectionString: withDatabase(server.connectionString, name) })
    await client.connect()
    await client.query('alter table audit disable trigger all; alter table audit_checkpoints disable trigger all')
    for (const statement of statements) await client.query(statement)
    await client.query('alter table audit enable trigger all; alter table audit_checkpoints enable trigger all')
    await client.end()
  }

  test('what is written is read again, newest first and page by page, and verifies', async () => {
    await trail.append([entry(), entry({ action: 'sign-out', object_id: null, before: null, after: null })])
    await trail.append([entry({ action: 'deleteService', after: { 'ñ\0': ['\ud800', 1.5, 1e21, -0, null] } })])
    const first = await trail.list('every-team', {}, { limit: 2, cursor: undefined })
    expect(first.items.map(({ seq, action }) => [seq, action])).toEqual([
      [3, 'deleteService'],
      [2, 'sign-out'],
    ])
    const second = await trail.list('every-team', {}, { limit: 2, cursor: first.next ?? '' })
    expect([second.items[0]?.seq, second.items[0]?.before, second.next]).toEqual([1, { ram_mb: 64 }, null])
    expect(await lastCheck(trail)).toMatchObject({ rows: 3, problem: null, is_complete: true, head: { seq: 3 } })
    await expect(trail.list('every-team', {}, { limit: 2, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('an empty trail verifies', async () => {
    expect(await lastCheck(trail)).toEqual({ rows: 0, head: null, problem: null, is_complete: true })
  })

  test('many writers at once, also of several processes, make one chain without gaps', async () => {
    const other = openDatabase({ connectionString: database.connectionString, poolSize: 4, log: silentLog })
    const trails = [trail, createAuditTrail({ database: other, clock: testClock })]
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => trails[index % 2]?.append([entry({ request_id: `req_${index}` })])),
    )
    expect(await lastCheck(trail)).toMatchObject({ rows: 200, problem: null })
    expect((await readAll(trail.read('every-team', {}))).length).toBe(200)
    await other.close()
  })

  test('the application may neither change nor remove a row, nor switch off what guards it', async () => {
    await trail.append([entry(), entry()])
    for (const statement of [
      "update audit set actor_username = 'nobody'",
      'delete from audit',
      'truncate audit',
      'alter table audit disable trigger all',
      'drop table audit',
      "insert into audit_checkpoints values (1, repeat('0', 64), 1, now())",
      ...escapes,
      'set session_replication_role = replica',
      'select prune_audit(1)',
      "create or replace function prune_audit(days integer) returns void language sql as 'select'",
    ]) {
      await expect(database.pool.query(statement), statement).rejects.toThrow()
    }
    const client = await database.pool.connect()
    await client.query("set parcela.audit_pruning = 'yes'")
    await expect(client.query('delete from audit')).rejects.toThrow('permission denied')
    client.release(true)
    expect(await lastCheck(trail)).toMatchObject({ rows: 2, problem: null })
  })

  test.each([
    { how: 'changed', sql: "update audit set actor_username = 'eva' where seq = 3", seq: 3 },
    {
      how: 'changed in what it says of before',
      sql: `update audit set before = '{"ram_mb":65}' where seq = 2`,
      seq: 2,
    },
    { how: 'moved in time', sql: "update audit set at = at - interval '1 ms' where seq = 4", seq: 4 },
    { how: 'removed', sql: 'delete from audit where seq = 3', seq: 4 },
    { how: 'removed from the beginning', sql: 'delete from audit where seq = 1', seq: 2 },
    {
      how: 'put in place of another with a hash of its own',
      sql: "update audit set hash = repeat('a', 64) where seq = 2",
      seq: 2,
    },
  ])('a row that was $how shows', async ({ sql, seq }) => {
    await trail.append([entry(), entry(), entry(), entry(), entry()])
    await tamper(sql)
    expect((await lastCheck(trail))?.problem?.seq).toBe(seq)
  })

  test('a trail that was cut at its end, or written anew as a whole, shows to whoever noted its head', async () => {
    await trail.append([entry(), entry(), entry()])
    const noted = (await lastCheck(trail))?.head ?? undefined
    await trail.append([entry()])
    const check = async () => (await readAll(trail.verify({ noted }))).at(-1)?.problem
    expect(await check()).toBeNull()
    await tamper('delete from audit where seq > 2')
    expect((await lastCheck(trail))?.problem).toBeNull()
    expect((await check())?.message).toContain('ends at row 2')
    await trail.append([entry({ action: 'forged' }), entry()])
    expect((await check())?.seq).toBe(3)
  })

  test('the owner of the table is refused by the triggers, too', async () => {
    await trail.append([entry()])
    const client = new pg.Client({ connectionString: database.connectionString.replace('parcela_app', 'parcela') })
    await client.connect()
    await client.query('set role parcela')
    for (const statement of ['update audit set seq = 9', 'delete from audit', 'truncate audit'])
      await expect(client.query(statement), statement).rejects.toThrow('append-only')
    await client.end()
  })

  test('the oldest rows are removed by age, and the rest verifies against what the removal signed off', async () => {
    await trail.append([entry({ at: daysAgo(100) }), entry({ at: daysAgo(90) }), entry({ at: daysAgo(31) }), entry()])
    await expect(trail.prune(29)).rejects.toMatchObject({ code: 'invalid' })
    expect(await trail.prune(60)).toEqual({ removed: 2 })
    expect(await trail.prune(60)).toEqual({ removed: 0 })
    expect(await lastCheck(trail)).toMatchObject({ rows: 3, problem: null })
    expect(await trail.prune(30)).toEqual({ removed: 1 })
    expect(await lastCheck(trail)).toMatchObject({ rows: 3, problem: null })
    const { items } = await trail.list('every-team', { action: 'audit.pruned' }, { limit: 9, cursor: undefined })
    expect(items.map(({ after }) => after?.removed)).toEqual([1, 2])
  })

  test('a removal that this installation did not sign off shows, even with a checkpoint', async () => {
    await trail.append([entry(), entry(), entry()])
    await tamper(
      'insert into audit_checkpoints select seq, hash, 1, now() from audit where seq = 1',
      'delete from audit where seq = 1',
    )
    expect((await lastCheck(trail))?.problem?.message).toContain('no row says')
  })

  test('a filter finds what it describes, and a team sees its own rows', async () => {
    const people = createPeople({ database, clock: testClock, random: testRandom })
    const bruno = await people.createPerson({
      username: 'bruno',
      external_id: null,
      email: null,
      name: 'Bruno',
      is_administrator: false,
      account_id: null,
    })
    await trail.append([
      entry({ at: new Date('2026-01-01T00:00:00Z'), outcome: 'refused', error_code: 'conflict' }),
      entry({ actor: { id: bruno.id, username: 'as-then' }, team_id: 'team_2', object_id: 'svc_2' }),
      entry({ actor: null, through: 'nobody', action: 'sign-in.email', team_id: null, address: '198.51.100.7' }),
    ])
    const seqs = async (scope: Parameters<AuditTrail['list']>[0], filter: Parameters<AuditTrail['list']>[1]) =>
      (await trail.list(scope, filter, { limit: 50, cursor: undefined })).items.map(({ seq }) => seq)
    expect(await seqs('every-team', { actor: 'bruno' })).toEqual([2])
    expect(await seqs('every-team', { search: 'BRUNO' })).toEqual([2])
    expect(await seqs('every-team', { actor: 'as-then' })).toEqual([])
    expect(await seqs('every-team', { actor: 'usr_1' })).toEqual([1])
    expect(await seqs('every-team', { outcome: 'refused' })).toEqual([1])
    expect(await seqs('every-team', { object_id: 'svc_2', object_type: 'service' })).toEqual([2])
    expect(await seqs('every-team', { to: new Date('2026-02-01T00:00:00Z') })).toEqual([1])
    expect(await seqs('every-team', { from: new Date('2026-02-01T00:00:00Z') })).toEqual([3, 2])
    expect(await seqs('every-team', { search: 'SIGN-IN' })).toEqual([3])
    expect(await seqs('every-team', { search: '100%' })).toEqual([])
    expect(await seqs(['team_1' as never], {})).toEqual([1])
    expect(await seqs([], {})).toEqual([])
    expect([await trail.has('updateService', 'svc_2'), await trail.has('updateService', 'svc_9')]).toEqual([
      true,
      false,
    ])
  })

  test('after a write that failed the next one goes on where the trail ended', async () => {
    await trail.append([entry()])
    await expect(trail.append([entry({ status: 2 ** 40 })])).rejects.toThrow()
    await trail.append([entry()])
    expect(await lastCheck(trail)).toMatchObject({ rows: 2, problem: null })
  })
})
