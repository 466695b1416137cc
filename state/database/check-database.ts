import { sql } from 'kysely'
import type { Database } from './open-database.ts'

/** Throws while the database does not answer. */
export const checkDatabase = async ({ db }: Database): Promise<void> => {
  await sql`select 1`.execute(db)
}
