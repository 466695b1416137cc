import type { Release, TeamScope } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import { isInScope } from './is-in-scope.ts'
import { releaseNotFound } from './not-found.ts'

/** Releases with who published them; to be narrowed by the caller, and never read outside a scope. */
export const selectReleases = (db: Queryable, scope: TeamScope) =>
  db
    .selectFrom('releases')
    .innerJoin('people', 'people.id', 'releases.published_by')
    .selectAll('releases')
    .select('people.username as publisher')
    .where(isInScope(scope, 'releases.team_id', 'releases.service_id'))

type Row = Awaited<ReturnType<ReturnType<typeof selectReleases>['executeTakeFirstOrThrow']>>

export const findRelease = async (db: Queryable, scope: TeamScope, id: string): Promise<Release | undefined> => {
  const row = await selectReleases(db, scope)
    .where('releases.id', '=', id as Release['id'])
    .executeTakeFirst()
  return row && toRelease(row)
}

export const getRelease = async (db: Queryable, scope: TeamScope, id: string): Promise<Release> => {
  const release = await findRelease(db, scope, id)
  if (!release) throw releaseNotFound()
  return release
}

export const toRelease = (row: Row): Release => ({
  id: row.id,
  service_id: row.service_id,
  team_id: row.team_id,
  number: row.number,
  status: row.status,
  status_reason: row.status_reason,
  files_count: row.files_count,
  files_bytes: Number(row.files_bytes),
  warnings: row.warnings,
  published_by: { id: row.published_by, username: row.publisher },
  created_at: row.created_at,
  live_at: row.live_at,
})
