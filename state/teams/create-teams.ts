import { AppError, teamSlug } from '@parcela/contract'
import { type Clock, createId, type Member, type PersonId, type Team, type TeamScope, type Teams } from '@parcela/core'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { parseCursor, toCursor } from '../desired/cursor.ts'
import { lockTeams } from './lock-team.ts'
import { memberNotFound, teamNotFound } from './not-found.ts'
import { passServices } from './pass-services.ts'
import { getTeam, selectTeams } from './read-teams.ts'

/** How many teams somebody who is no administrator may have made, besides their personal one. */
const teamsMade = 10

type Dependencies = { database: Database; clock: Clock; random: Random }

/** Who works together, in PostgreSQL. Every change of a team's members holds the lock of the team: two owners cannot leave at once. */
export const createTeams = ({ database, clock, random }: Dependencies): Teams => {
  const { db } = database
  return translateFailures<Teams>({
    createTeam: ({ name, owner_id }) =>
      db.transaction().execute(async trx => {
        const now = clock.now()
        const id = createId('team', now.getTime(), random(16))
        await refuseTooMany(trx, owner_id)
        await writeName(name, slug =>
          trx.insertInto('teams').values({ id, name, slug, made_by: owner_id, created_at: now }).execute(),
        )
        await trx
          .insertInto('team_members')
          .values({ team_id: id, person_id: owner_id, role: 'owner', since: now })
          .execute()
        return getTeam(trx, [id], id)
      }),
    listTeams: async (scope, { limit, cursor }) => {
      const rows = await selectTeams(db, scope)
        .$if(cursor !== undefined, query =>
          query.where('teams.id', '>', parseCursor(cursor ?? '', /^team_[0-9a-z]+$/) as Team['id']),
        )
        .orderBy('teams.id')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return { items, next: last && rows.length > limit ? toCursor(last.id) : null }
    },
    getTeam: (scope, id) => getTeam(db, scope, id),
    renameTeam: (scope, id, name) =>
      changeTeam(database, { scope, id }, async (trx, team) => {
        refusePersonal(team, 'keeps the name of its person')
        await writeName(name, slug => trx.updateTable('teams').set({ name, slug }).where('id', '=', team.id).execute())
        return getTeam(trx, [team.id], team.id)
      }),
    deleteTeam: (scope, id) =>
      changeTeam(database, { scope, id }, async (trx, team) => {
        refusePersonal(team, 'stays as long as its person')
        await refuseServices(trx, team)
        await trx.deleteFrom('uploads').where('team_id', '=', team.id).execute()
        await trx.deleteFrom('teams').where('id', '=', team.id).execute()
      }),

    listMemberships: personId =>
      db.selectFrom('team_members').select(['team_id', 'role']).where('person_id', '=', personId).execute(),
    listMembers: async (scope, teamId) => listMembers(db, (await getTeam(db, scope, teamId)).id),
    addMember: (teamId, personId, role) =>
      changeTeam(database, { scope: [teamId], id: teamId }, async (trx, team) => {
        const person = await trx.selectFrom('people').select('id').where('id', '=', personId).executeTakeFirst()
        if (!person) throw new AppError('not_found', 'There is no such person.')
        const [member] = (await listMembers(trx, team.id)).filter(({ person_id }) => person_id === personId)
        if (member) return
        refusePersonal(team, 'has its person as its one member')
        await trx
          .insertInto('team_members')
          .values({ team_id: team.id, person_id: personId, role, since: clock.now() })
          .execute()
      }),
    changeMember: (scope, teamId, { person_id, role }) =>
      changeTeam(database, { scope, id: teamId }, async (trx, team) => {
        const members = await listMembers(trx, team.id)
        const member = members.find(other => other.person_id === person_id)
        if (!member) throw memberNotFound()
        if (member.role === role) return member
        refusePersonal(team, 'has its person as its owner')
        if (role !== 'owner') refuseLastOwner(team, { members, person_id })
        await trx
          .updateTable('team_members')
          .set({ role })
          .where('team_id', '=', team.id)
          .where('person_id', '=', member.person_id)
          .execute()
        return { ...member, role }
      }),
    removeMember: (scope, teamId, personId) =>
      changeTeam(database, { scope, id: teamId }, async (trx, team) => {
        const members = await listMembers(trx, team.id)
        const member = members.find(other => other.person_id === personId)
        if (!member) throw memberNotFound()
        refusePersonal(team, 'has its person as its one member')
        refuseLastOwner(team, { members, person_id: personId })
        await trx
          .deleteFrom('team_members')
          .where('team_id', '=', team.id)
          .where('person_id', '=', member.person_id)
          .execute()
        await passServices(trx, { team_id: team.id, person_id: member.person_id })
      }),
  })
}

/** One change of one team that the scope reaches, in one transaction that holds its lock. */
const changeTeam = <T>(
  { db }: Database,
  { scope, id }: { scope: TeamScope; id: string },
  change: (trx: Queryable, team: Team) => Promise<T>,
): Promise<T> =>
  db.transaction().execute(async trx => {
    const [locked] = await lockTeams(trx, [id])
    if (!locked) throw teamNotFound()
    return change(trx, await getTeam(trx, scope, id))
  })

/** Writes a name with what it is compared by; the unique index decides between two who want names that look the same. */
const writeName = async (name: string, write: (slug: string) => Promise<unknown>): Promise<void> => {
  try {
    await write(teamSlug(name))
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.constraint !== 'teams_slug_key') throw error
    const problem = 'looks the same as the name of another team; choose another'
    throw new AppError('conflict', `name: ${problem}`, {
      details: { reason: 'name_taken', fields: { name: problem } },
      cause: error,
    })
  }
}

/** Every team has a plan of its own: without a limit, a person would have as much as they make teams. Holds a lock on the person. */
const refuseTooMany = async (trx: Queryable, personId: PersonId): Promise<void> => {
  const { rows } = await sql<{ is_administrator: boolean }>`
    select is_administrator from people where id = ${personId} for no key update
  `.execute(trx)
  if (rows[0]?.is_administrator) return
  const { count } = await trx
    .selectFrom('teams')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('made_by', '=', personId)
    .executeTakeFirstOrThrow()
  const used = Number(count)
  if (used < teamsMade) return
  throw new AppError('quota_exceeded', `You made ${used} teams, and may make ${teamsMade}. Delete one first.`, {
    details: { reason: 'quota_teams', resource: 'teams', used, asked: 1, allowed: teamsMade },
  })
}

const refusePersonal = (team: Team, rule: string): void => {
  if (!team.is_personal) return
  throw new AppError('conflict', `The personal team ${team.name} ${rule}. Make a team to work with others.`, {
    details: { reason: 'personal_team' },
  })
}

const refuseLastOwner = (
  team: Team,
  { members, person_id }: { members: readonly Member[]; person_id: string },
): void => {
  if (members.some(member => member.role === 'owner' && member.person_id !== person_id)) return
  throw new AppError(
    'conflict',
    `${team.name} would have no owner. Make somebody else an owner first, or delete the team.`,
    {
      details: { reason: 'last_owner' },
    },
  )
}

const refuseServices = async (trx: Queryable, team: Team): Promise<void> => {
  const service = await trx
    .selectFrom('services')
    .select(['name', 'power'])
    .where('team_id', '=', team.id)
    .limit(1)
    .executeTakeFirst()
  if (!service) return
  const what =
    service.power === 'deleted'
      ? `The files of ${service.name}, which was deleted, are still kept`
      : `${service.name} is still there`
  throw new AppError(
    'conflict',
    `${what}. Move the services of ${team.name} to another team, or delete them with their files.`,
    {
      details: { reason: 'has_services' },
    },
  )
}

/** Who has been in it for longest first. */
const listMembers = (db: Queryable, teamId: Team['id']): Promise<Member[]> =>
  db
    .selectFrom('team_members')
    .innerJoin('people', 'people.id', 'team_members.person_id')
    .select(['team_members.person_id', 'people.username', 'people.name', 'team_members.role', 'team_members.since'])
    .where('team_members.team_id', '=', teamId)
    .orderBy('team_members.since')
    .orderBy('team_members.person_id')
    .execute()
