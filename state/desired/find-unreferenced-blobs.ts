import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/** Those of the digests that no release, no open upload and no record of a sent content refers to. */
export const findUnreferencedBlobs = async (
  db: Queryable,
  digests: readonly string[],
  now: Date,
): Promise<string[]> => {
  const { rows } = await sql<{ sha256: string }>`
    select distinct sha256 from unnest(${[...digests]}::text[]) as asked (sha256)
    where not exists (select from release_files f where f.sha256 = asked.sha256)
      and not exists (
        select from upload_files f join uploads u on u.id = f.upload_id where f.sha256 = asked.sha256 and u.expires_at > ${now}
      )
      and not exists (select from sent_blobs s where s.sha256 = asked.sha256 and s.expires_at > ${now})
  `.execute(db)
  return rows.map(row => row.sha256)
}
