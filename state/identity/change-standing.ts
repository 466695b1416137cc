import { AppError } from '@parcela/contract'
import type { Clock, Person, PersonId } from '@parcela/core'
import { sql } from 'kysely'
import type { Database, Queryable } from '../database/open-database.ts'
import { personNotFound, toPerson } from './person-row.ts'

type Dependencies = { database: Database; clock: Clock }

/** Makes an administrator, or takes that away; disables, or enables. An administrator who can sign in is always left. */
export const changeStanding = async (
  { database, clock }: Dependencies,
  personId: string,
  change: { is_administrator?: boolean; disabled?: boolean },
): Promise<Person> =>
  database.db.transaction().execute(async trx => {
    // One at a time: two administrators who disable each other must not both succeed.
    await sql`select pg_advisory_xact_lock(hashtextextended('standing of people', 0))`.execute(trx)
    const person = await trx
      .selectFrom('people')
      .selectAll()
      .where('id', '=', personId as PersonId)
      .executeTakeFirst()
    if (!person) throw personNotFound()
    const { is_administrator = person.is_administrator, disabled = person.disabled_at !== null } = change
    const disabled_at = disabled ? (person.disabled_at ?? clock.now()) : null
    await trx.updateTable('people').set({ is_administrator, disabled_at }).where('id', '=', person.id).execute()
    const wasAdministrator = person.is_administrator && person.disabled_at === null
    if (wasAdministrator && !(await hasWorkingAdministrator(trx))) throw lastAdministrator()
    return toPerson({ ...person, is_administrator, disabled_at })
  })

const hasWorkingAdministrator = async (trx: Queryable): Promise<boolean> => {
  const found = await trx
    .selectFrom('people')
    .select('id')
    .where('is_administrator', '=', true)
    .where('disabled_at', 'is', null)
    .where('account_id', 'is not', null)
    .executeTakeFirst()
  return found !== undefined
}

const lastAdministrator = (): AppError =>
  new AppError(
    'conflict',
    'This is the last administrator who can sign in. Make somebody else an administrator first.',
    { details: { reason: 'last_administrator' } },
  )
