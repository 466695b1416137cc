import type { Manifest } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

const owners = { release_files: 'release_id', upload_files: 'upload_id' } as const

/** Writes a manifest in one statement, however long: three arrays instead of a parameter for each value, of which PostgreSQL takes 65,535. */
export const insertFiles = async (
  trx: Queryable,
  owner: { table: keyof typeof owners; id: string },
  files: Manifest,
): Promise<void> => {
  if (files.length === 0) return
  const paths = files.map(file => file.path)
  const digests = files.map(file => file.sha256)
  const sizes = files.map(file => file.size)
  await sql`
    insert into ${sql.table(owner.table)} (${sql.ref(owners[owner.table])}, path, sha256, size)
    select ${owner.id}, * from unnest(${paths}::text[], ${digests}::text[], ${sizes}::bigint[])
  `.execute(trx)
}
