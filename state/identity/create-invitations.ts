import { AppError } from '@parcela/contract'
import {
  type Clock,
  createId,
  type Invitation,
  type Invitations,
  type NewInvitation,
  type PersonId,
  type TeamId,
} from '@parcela/core'
import { sql } from 'kysely'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { lockTeams } from '../teams/lock-team.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

/** Invitations in PostgreSQL. Accepting one and becoming a member is one transaction. */
export const createInvitations = (dependencies: Dependencies): Invitations => {
  const { clock } = dependencies
  const { db } = dependencies.database
  return translateFailures<Invitations>({
    createInvitations: invitations => insertInvitations(dependencies, invitations),
    listInvitations: teamId =>
      selectOpen(db, clock.now())
        .where('invitations.team_id', '=', teamId)
        .orderBy('invitations.id', 'desc')
        .limit(perDay)
        .execute(),
    getInvitation: async id => {
      const found = await selectOpen(db, clock.now())
        .where('invitations.id', '=', id as Invitation['id'])
        .executeTakeFirst()
      if (!found) throw new AppError('not_found', 'There is no such open invitation.')
      return found
    },
    revokeInvitation: async id => {
      await db
        .updateTable('invitations')
        .set({ revoked_at: clock.now() })
        .where('id', '=', id as Invitation['id'])
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .execute()
    },
    getOpenInvitation: tokenHash => getOpen(db, tokenHash, clock.now()),
    isInvited: async email => {
      const found = await selectOpen(db, clock.now()).where('invitations.email', '=', email).executeTakeFirst()
      return found !== undefined
    },
    findMembers: async (teamId, emails) => {
      const rows = await db
        .selectFrom('team_members')
        .innerJoin('people', 'people.id', 'team_members.person_id')
        .select(sql<string>`lower(people.email)`.as('email'))
        .where('team_members.team_id', '=', teamId)
        .where(sql<boolean>`lower(people.email) = any(${[...emails]}::text[])`)
        .execute()
      return rows.map(row => row.email)
    },
    acceptInvitation: (tokenHash, person) => accept(dependencies, tokenHash, person),
  })
}

const insertInvitations = async (
  { database, clock, random }: Dependencies,
  invitations: readonly NewInvitation[],
): Promise<Invitation[]> => {
  const created_at = clock.now()
  const rows = invitations.map(invitation => ({
    ...invitation,
    id: createId('inv', created_at.getTime(), random(16)),
    created_at,
  }))
  return database.db.transaction().execute(async trx => {
    // So that two who invite the same address at once do not meet at the unique index.
    const locked = await lockTeams(trx, [...new Set(rows.map(row => row.team_id))])
    const teams = await trx
      .selectFrom('teams')
      .select(['id', 'name'])
      .where(sql<boolean>`id = any(${locked}::text[])`)
      .execute()
    const names = new Map(teams.map(team => [team.id, team.name]))
    await requireShared(trx, [...names.keys()])
    await requireRoom(trx, rows)
    for (const { team_id, email } of rows) {
      if (!names.has(team_id)) throw new AppError('not_found', 'There is no such team, or it is not yours to see.')
      if (email !== null) await endOpen(trx, { team_id, email, now: created_at })
    }
    await trx.insertInto('invitations').values(rows).execute()
    return rows.map(({ id, team_id, role, email, expires_at }) => ({
      id,
      team_id,
      team_name: names.get(team_id) ?? '',
      role,
      email,
      created_at,
      expires_at,
    }))
  })
}

/** Everybody's own team is theirs alone. */
const requireShared = async (trx: Queryable, teamIds: readonly TeamId[]): Promise<void> => {
  if (teamIds.length === 0) return
  const personal = await trx.selectFrom('people').select('id').where('team_id', 'in', teamIds).executeTakeFirst()
  if (!personal) return
  throw new AppError('conflict', 'A personal team has one member. Make a team, and invite to that.', {
    details: { reason: 'personal_team' },
  })
}

/** As many as a large school invites on its first day; more would be a way to send mail to strangers. */
const perDay = 1_000
const dayMs = 86_400_000

const requireRoom = async (
  trx: Queryable,
  rows: readonly { team_id: TeamId; invited_by: PersonId; created_at: Date }[],
): Promise<void> => {
  for (const inviter of new Set(rows.map(row => row.invited_by))) {
    const asked = rows.filter(row => row.invited_by === inviter)
    const dayAgo = new Date((asked[0]?.created_at.getTime() ?? 0) - dayMs)
    const made = await trx
      .selectFrom('invitations')
      .select(sql<number>`count(*)::integer`.as('count'))
      .where('invited_by', '=', inviter)
      .where('created_at', '>', dayAgo)
      .executeTakeFirstOrThrow()
    if (made.count + asked.length <= perDay) continue
    throw new AppError('conflict', `Nobody invites more than ${perDay} people a day. Go on tomorrow.`, {
      details: { reason: 'too_many_invitations', used: made.count, asked: asked.length, allowed: perDay },
    })
  }
}

const endOpen = async (
  trx: Queryable,
  { team_id, email, now }: { team_id: TeamId; email: string; now: Date },
): Promise<void> => {
  await trx
    .updateTable('invitations')
    .set({ revoked_at: now })
    .where('team_id', '=', team_id)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute()
}

const accept = async (
  { database, clock }: Dependencies,
  tokenHash: string,
  person: Parameters<Invitations['acceptInvitation']>[1],
): Promise<Invitation> =>
  database.db.transaction().execute(async trx => {
    const { team_id } = await getOpen(trx, tokenHash, clock.now())
    // Of two who accept at once, the second waits here and finds it used.
    await lockTeams(trx, [team_id])
    const invitation = await getOpen(trx, tokenHash, clock.now())
    if (invitation.email !== null && invitation.email !== person.email?.toLowerCase()) throw foreign()
    const { rows } = await sql`
      insert into team_members (team_id, person_id, role) values (${invitation.team_id}, ${person.id}, ${invitation.role})
      on conflict do nothing returning person_id
    `.execute(trx)
    if (rows.length === 0) throw alreadyMember()
    await trx
      .updateTable('invitations')
      .set({ accepted_at: clock.now(), accepted_by: person.id })
      .where('id', '=', invitation.id)
      .execute()
    return invitation
  })

const selectInvitations = (db: Queryable) =>
  db
    .selectFrom('invitations')
    .innerJoin('teams', 'teams.id', 'invitations.team_id')
    .select([
      'invitations.id',
      'invitations.team_id',
      'teams.name as team_name',
      'invitations.role',
      'invitations.email',
      'invitations.created_at',
      'invitations.expires_at',
    ])

const selectOpen = (db: Queryable, now: Date) =>
  selectInvitations(db)
    .where('invitations.accepted_at', 'is', null)
    .where('invitations.revoked_at', 'is', null)
    .where('invitations.expires_at', '>', now)

const getOpen = async (db: Queryable, tokenHash: string, now: Date): Promise<Invitation> => {
  const found = await selectInvitations(db)
    .select(['invitations.accepted_at', 'invitations.revoked_at'])
    .where('invitations.token_hash', '=', tokenHash)
    .executeTakeFirst()
  if (!found) throw new AppError('not_found', 'There is no such invitation. Copy the whole link.')
  const { accepted_at, revoked_at, ...invitation } = found
  if (accepted_at) throw notOpen('used', 'This invitation was used already. Ask for a new one.')
  if (revoked_at) throw notOpen('revoked', 'This invitation was withdrawn. Ask for a new one.')
  if (invitation.expires_at <= now) throw notOpen('expired', 'This invitation has expired. Ask for a new one.')
  return invitation
}

const notOpen = (why: string, message: string): AppError =>
  new AppError('conflict', message, { details: { reason: `invitation_${why}` } })

const foreign = (): AppError =>
  new AppError('forbidden', 'This invitation is for another e-mail address. Sign in with that one.', {
    details: { reason: 'invitation_foreign' },
  })

const alreadyMember = (): AppError =>
  new AppError('conflict', 'You are a member of this team already.', { details: { reason: 'member_present' } })
