import { createId, type NewRelease, type PersonId, type ReleaseId, type ServiceId, type TeamId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { insertFiles } from './insert-files.ts'

type Publish = {
  service_id: ServiceId
  team_id: TeamId
  published_by: PersonId
  release: NewRelease
  now: Date
  random: Random
}

/** Writes a release with its files. The transaction must hold the service's lock: numbers have no gaps and no doubles. */
export const insertRelease = async (trx: Queryable, publish: Publish): Promise<ReleaseId> => {
  const { service_id, team_id, published_by, release, now, random } = publish
  const id = createId('rel', now.getTime(), random(16))
  const last = await trx
    .selectFrom('releases')
    .select(query => query.fn.max('number').as('number'))
    .where('service_id', '=', service_id)
    .executeTakeFirst()
  await trx
    .insertInto('releases')
    .values({
      id,
      service_id,
      team_id,
      number: (last?.number ?? 0) + 1,
      status: 'queued',
      status_reason: null,
      files_count: release.files.length,
      files_bytes: release.files.reduce((sum, file) => sum + file.size, 0),
      warnings: JSON.stringify(release.warnings),
      published_by,
      created_at: now,
      live_at: null,
    })
    .execute()
  await insertFiles(trx, { table: 'release_files', id }, release.files)
  // The release holds these contents now.
  await sql`
    delete from sent_blobs where person_id = ${published_by} and sha256 in (
      select sha256 from release_files where release_id = ${id}
    )
  `.execute(trx)
  return id
}
