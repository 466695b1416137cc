import type { Clock, PersonalData, PersonId } from '@parcela/core'
import { sql } from 'kysely'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { selectReleases, toRelease } from '../desired/read-releases.ts'
import { selectServices, toService } from '../desired/read-services.ts'
import { erasePerson } from './erase-person.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

/** What a person may ask of their own data, in PostgreSQL. */
export const createPersonalData = (dependencies: Dependencies): PersonalData => {
  const { db } = dependencies.database
  return translateFailures<PersonalData>({
    readRows: personId => readRows(db, personId),
    listServices: personId => listServices(db, personId),
    erasePerson: personId => erasePerson(dependencies, personId),
  })
}

/** Each table that holds something about the person, as JSON makes it. Hashes, secrets and tokens stay where they are. */
const readRows = async (db: Queryable, personId: PersonId): Promise<Record<string, unknown>> => {
  const { rows } = await sql<{ document: Record<string, unknown> }>`
    select json_build_object(
      'person', (select to_json(p) from people p where p.id = ${personId}),
      'account', (
        select json_build_object('email', u.email, 'name', u.name, 'created_at', u."createdAt", 'two_factor', u."twoFactorEnabled")
        from identity."user" u where u.id = me.account_id
      ),
      'sign_in_providers', (
        select coalesce(json_agg(a."providerId"), '[]') from identity.account a where a."userId" = me.account_id
      ),
      'sessions', (
        select coalesce(json_agg(json_build_object(
          'created_at', s."createdAt", 'expires_at', s."expiresAt", 'address', s."ipAddress", 'user_agent', s."userAgent"
        )), '[]') from identity.session s where s."userId" = me.account_id
      ),
      'keys', (
        select coalesce(json_agg(json_build_object(
          'name', k.name, 'start', k.start, 'limits', k.metadata, 'created_at', k."createdAt", 'last_used_at', k."lastRequest"
        )), '[]') from identity.apikey k where k."referenceId" = me.account_id
      ),
      'teams', (
        select coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'role', m.role, 'since', m.since)), '[]')
        from team_members m join teams t on t.id = m.team_id where m.person_id = me.id
      ),
      'requests_for_approval', (
        select coalesce(json_agg(to_json(a)), '[]') from approvals a where a.requested_by = me.id
      ),
      'publishes', (
        select coalesce(json_agg(json_build_object(
          'service_id', r.service_id, 'number', r.number, 'files_count', r.files_count, 'files_bytes', r.files_bytes, 'created_at', r.created_at
        )), '[]') from releases r where r.published_by = me.id
      ),
      'audit', (
        select coalesce(json_agg(json_build_object(
          'at', l.at, 'action', l.action, 'object', l.object_id, 'outcome', l.outcome, 'address', l.address, 'user_agent', l.user_agent
        )), '[]') from (select * from audit where actor_id = me.id order by seq desc limit 10000) l
      )
    ) as document
    from people me where me.id = ${personId}
  `.execute(db)
  return rows[0]?.document ?? {}
}

async function* listServices(db: Queryable, personId: PersonId): ReturnType<PersonalData['listServices']> {
  const rows = await selectServices(db, 'every-team')
    .where('services.owner_id', '=', personId)
    .orderBy('services.id')
    .execute()
  for (const row of rows) {
    const service = toService(row)
    const releases = await selectReleases(db, 'every-team')
      .where('releases.service_id', '=', service.id)
      .orderBy('releases.number')
      .execute()
    const files = service.release_id
      ? await db
          .selectFrom('release_files')
          .select(['path', 'sha256', 'size'])
          .where('release_id', '=', service.release_id)
          .orderBy('path')
          .execute()
      : []
    yield {
      service,
      releases: releases.map(toRelease),
      files: files.map(file => ({ ...file, size: Number(file.size) })),
    }
  }
}
