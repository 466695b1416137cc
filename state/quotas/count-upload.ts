import type { TeamId, TeamQuota } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { dayOf } from './read-quota.ts'
import { reserveRoom } from './reserve-room.ts'

/** Counts a publish of today, or throws `quota_exceeded`. */
export const countUpload = async (trx: Queryable, teamId: TeamId, now: Date): Promise<TeamQuota> => {
  const quota = await reserveRoom(trx, teamId, { asked: { uploads_per_day: 1 }, now })
  await sql`
    insert into team_uploads (team_id, day, uploads) values (${teamId}, ${dayOf(now)}, 1)
    on conflict (team_id, day) do update set uploads = team_uploads.uploads + 1
  `.execute(trx)
  await sql`delete from team_uploads where team_id = ${teamId} and day < ${dayOf(now)}`.execute(trx)
  return quota
}
