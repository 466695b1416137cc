import type { NewPerson } from '@parcela/core'
import { silentLog } from '@parcela/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/open-database.ts'
import { startTestServer, type TestServer, testClock, testRandom } from '../database/test-database.ts'
import { createPeople } from './create-people.ts'
import { openIdentity } from './open-identity.ts'

let server: TestServer
let database: Database

beforeAll(async () => {
  server = await startTestServer()
  database = await server.createDatabase()
})
afterAll(() => server.stop())

const people = () => createPeople({ database, clock: testClock, random: testRandom })
const dora: NewPerson = {
  username: 'dora',
  external_id: '12345',
  email: 'Dora@example.org',
  name: 'Dora',
  is_administrator: false,
  account_id: 'account-1',
}

test('a person is found by every name they have, and has a team of their own', async () => {
  const created = await people().createPerson(dora)
  expect(created.team_id).toMatch(/^team_/)
  expect(await people().findPerson(created.id)).toEqual(created)
  expect(await people().findByUsername('dora')).toEqual(created)
  expect(await people().findByExternalId('12345')).toEqual(created)
  expect(await people().findByAccount('account-1')).toEqual(created)
  expect(await people().findByUsername('nobody')).toBeUndefined()
})

test.each([
  ['username', { external_id: '1', email: 'a@example.org', account_id: 'a' }],
  ['user_id', { username: 'dora2', email: 'b@example.org', account_id: 'b' }],
  ['email', { username: 'dora3', email: 'dora@EXAMPLE.org', external_id: '2', account_id: 'c' }],
])('a %s that is taken is refused by its name, and no team is left over', async (field, changes) => {
  const teams = () => database.db.selectFrom('teams').select('id').execute()
  const before = await teams()
  await expect(people().createPerson({ ...dora, ...changes })).rejects.toMatchObject({
    code: 'conflict',
    details: { fields: { [field]: expect.any(String) } },
  })
  expect(await teams()).toEqual(before)
})

test('a suggested username is free', async () => {
  expect(await people().suggestUsername('dora')).toBe('dora2')
  expect(await people().suggestUsername('libre')).toBe('libre')
})

test('an installation knows whether it has an administrator', async () => {
  expect(await people().hasAdministrator()).toBe(false)
  await people().createPerson({
    ...dora,
    username: 'root2',
    external_id: null,
    email: null,
    account_id: null,
    is_administrator: true,
  })
  expect(await people().hasAdministrator()).toBe(true)
})

test('the sign-in library finds its tables without naming their schema, and no others', async () => {
  const identity = openIdentity({ database, log: silentLog })
  await identity.db.insertInto('user').values({ id: 'u1', name: 'Dora', email: 'dora@example.org' }).execute()
  const users = await identity.db.selectFrom('user').select(['id', 'emailVerified']).execute()
  expect(users).toEqual([{ id: 'u1', emailVerified: false }])
  await expect(identity.db.selectFrom('people').selectAll().execute()).rejects.toThrow(/does not exist/)
  await identity.close()
})
