import type { Language } from '@parcela/contract'
import type { Person, PersonId } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { personNotFound, toPerson } from './person-row.ts'

/** What people say of themselves. */
export const updatePerson = async (
  { db }: Database,
  personId: PersonId,
  change: { name?: string; language?: Language },
): Promise<Person> => {
  const isEmpty = change.name === undefined && change.language === undefined
  const row = isEmpty
    ? await db.selectFrom('people').selectAll().where('id', '=', personId).executeTakeFirst()
    : await db.updateTable('people').set(change).where('id', '=', personId).returningAll().executeTakeFirst()
  if (!row) throw personNotFound()
  return toPerson(row)
}
