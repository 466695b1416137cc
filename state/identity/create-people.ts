import { AppError } from '@parcela/contract'
import { type Clock, createId, type NewPerson, type People, type Person } from '@parcela/core'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { changeStanding } from './change-standing.ts'
import { listPeople } from './list-people.ts'
import { toPerson } from './person-row.ts'
import { updatePerson } from './update-person.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

/** Who there is, in PostgreSQL. A person and their team are written together. */
export const createPeople = (dependencies: Dependencies): People => {
  const { db } = dependencies.database
  const find = async (column: 'id' | 'account_id' | 'username' | 'external_id', value: string) => {
    const row = await db
      .selectFrom('people')
      .selectAll()
      .where(sql<boolean>`${sql.ref(column)} = ${value}`)
      .executeTakeFirst()
    return row && toPerson(row)
  }
  return translateFailures<People>({
    createPerson: person => createPerson(dependencies, person),
    findPerson: id => find('id', id),
    findByAccount: accountId => find('account_id', accountId),
    findByUsername: username => find('username', username),
    findByExternalId: externalId => find('external_id', externalId),
    suggestUsername: username => suggestUsername(dependencies.database, username),
    hasAdministrator: async () => {
      const found = await db.selectFrom('people').select('id').where('is_administrator', '=', true).executeTakeFirst()
      return found !== undefined
    },
    findAccountId: async personId => {
      const row = await db.selectFrom('people').select('account_id').where('id', '=', personId).executeTakeFirst()
      return row?.account_id ?? undefined
    },
    listPeople: page => listPeople(dependencies.database, page),
    updatePerson: (personId, change) => updatePerson(dependencies.database, personId, change),
    changeStanding: (personId, change) => changeStanding(dependencies, personId, change),
  })
}

const createPerson = async ({ database, clock, random }: Dependencies, person: NewPerson): Promise<Person> => {
  const created_at = clock.now()
  const id = createId('usr', created_at.getTime(), random(16))
  const team_id = createId('team', created_at.getTime(), random(16))
  const { account_id, ...rest } = person
  try {
    await database.db.transaction().execute(async trx => {
      await trx.insertInto('teams').values({ id: team_id, name: person.username, created_at }).execute()
      await trx
        .insertInto('people')
        .values({ ...person, id, team_id, created_at })
        .execute()
      await trx.insertInto('team_members').values({ team_id, person_id: id, role: 'owner' }).execute()
    })
  } catch (error) {
    throw takenField(error) ?? error
  }
  return { ...rest, id, team_id, language: null, disabled_at: null, created_at }
}

/** Unique index -> the field of the request that it speaks of, and its words. */
const uniqueFields: Record<string, { field: string; problem: string }> = {
  people_username_key: { field: 'username', problem: 'belongs to another person' },
  people_email: { field: 'email', problem: 'belongs to another person' },
  people_external_id_key: { field: 'user_id', problem: 'belongs to another person' },
  people_account_id_key: { field: 'account_id', problem: 'belongs to another person' },
}

const takenField = (error: unknown): AppError | undefined => {
  const constraint = error instanceof pg.DatabaseError && error.code === '23505' ? error.constraint : undefined
  const taken = constraint === undefined ? undefined : uniqueFields[constraint]
  if (!taken) return undefined
  const { field, problem } = taken
  return new AppError('conflict', `The ${field} ${problem}.`, {
    details: { reason: `${field}_taken`, fields: { [field]: problem } },
    cause: error,
  })
}

const longestUsername = 64
const tries = [20, 10_000]

const suggestUsername = async ({ db }: Database, username: string): Promise<string> => {
  for (const last of tries) {
    const candidates = [username, ...Array.from({ length: last - 1 }, (_, index) => withNumber(username, index + 2))]
    const rows = await db
      .selectFrom('people')
      .select('username')
      .where(sql<boolean>`username = any(${candidates}::text[])`)
      .execute()
    const taken = new Set(rows.map(row => row.username))
    const free = candidates.find(candidate => !taken.has(candidate))
    if (free !== undefined) return free
  }
  throw new Error(`There is no free username like ${username}`)
}

const withNumber = (username: string, number: number): string =>
  username.slice(0, longestUsername - String(number).length) + number
