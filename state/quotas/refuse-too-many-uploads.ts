import { AppError } from '@parcela/contract'
import type { PersonId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/** Each keeps a manifest of up to 50,000 files, and their contents, for a day. */
const openUploads = 100

/** Throws `quota_exceeded` for somebody who announced many uploads and used none. Holds a lock on the person, so that many at once are counted. */
export const refuseTooManyUploads = async (trx: Queryable, personId: PersonId): Promise<void> => {
  await sql`select id from people where id = ${personId} for no key update`.execute(trx)
  const { count } = await trx
    .selectFrom('uploads')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow()
  const used = Number(count)
  if (used < openUploads) return
  throw new AppError(
    'quota_exceeded',
    `You have ${used} uploads that were announced and not published. Publish them, or wait until they end after a day.`,
    { details: { reason: 'quota_open_uploads', resource: 'open_uploads', used, asked: 1, allowed: openUploads } },
  )
}
