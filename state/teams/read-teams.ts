import type { Team, TeamScope } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { isInScope } from '../desired/is-in-scope.ts'
import { teamNotFound } from './not-found.ts'

/** Teams with how many are in them and what they have; to be narrowed by the caller, and never read outside a scope. */
export const selectTeams = (db: Queryable, scope: TeamScope) =>
  db
    .selectFrom('teams')
    .leftJoin('people', 'people.team_id', 'teams.id')
    .select([
      'teams.id',
      'teams.name',
      'teams.edge_class',
      'teams.created_at',
      sql<string>`coalesce(teams.slug, people.username, teams.id)`.as('slug'),
      sql<boolean>`people.id is not null`.as('is_personal'),
      sql<number>`(select count(*)::int from team_members m where m.team_id = teams.id)`.as('members'),
      sql<number>`(
        select count(*)::int from services s where s.team_id = teams.id and s.gone_at is null and s.power <> 'deleted'
      )`.as('services'),
    ])
    .where(isInScope(scope, 'teams.id'))

export const getTeam = async (db: Queryable, scope: TeamScope, id: string): Promise<Team> => {
  const team = await selectTeams(db, scope)
    .where('teams.id', '=', id as Team['id'])
    .executeTakeFirst()
  if (!team) throw teamNotFound()
  return team
}
