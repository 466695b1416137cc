import type { Page, Paged, Person, PersonId } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { parseCursor, toCursor } from '../desired/cursor.ts'

const idForm = /^usr_[0-9a-z]{26}$/

/** Everybody, in the order in which they came. */
export const listPeople = async (
  { db }: Database,
  { limit, cursor }: Page,
): Promise<Paged<Person & { account_id: string | null }>> => {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .$if(cursor !== undefined, query => query.where('id', '>', parseCursor(cursor ?? '', idForm) as PersonId))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? toCursor(last.id) : null }
}
