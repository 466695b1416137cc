import { AppError, type gatewayRoutes, invalidFields, type MemberAnswer, type TeamAnswer } from '@parcela/contract'
import type { Member, Team } from '@parcela/core'
import { type Caller, scopeFor } from '../callers/caller.ts'
import { createRequireTeam } from '../callers/require-team.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handlers } from '../routes/route-input.ts'

type Dependencies = Pick<GatewayPorts, 'teams' | 'people'>

type Names =
  | 'listTeams'
  | 'createTeam'
  | 'getTeam'
  | 'updateTeam'
  | 'deleteTeam'
  | 'listMembers'
  | 'addMember'
  | 'updateMember'
  | 'removeMember'
  | 'leaveTeam'

/** Who works together. */
export const createTeamHandlers = ({ teams, people }: Dependencies): Handlers<typeof gatewayRoutes, Names> => {
  const requireTeam = createRequireTeam(teams)
  return {
    listTeams: async ({ caller, query: { limit, cursor } }) => {
      const { items, next } = await teams.listTeams(scopeFor(caller, 'team:read'), { limit, cursor })
      return { status: 200, body: { items: items.map(team => toTeamAnswer(team, caller)), next } }
    },

    createTeam: async ({ caller, body }) => {
      const team = await teams.createTeam({ name: body.name, owner_id: caller.person.id })
      return { status: 201, body: { ...toTeamAnswer(team, caller), role: 'owner' } }
    },

    getTeam: async ({ caller, params }) => ({
      status: 200,
      body: toTeamAnswer(await teams.getTeam(scopeFor(caller, 'team:read'), params.id), caller),
    }),

    updateTeam: async ({ caller, params, body }) => ({
      status: 200,
      body: toTeamAnswer(await teams.renameTeam(scopeFor(caller, 'team:manage'), params.id, body.name), caller),
    }),

    deleteTeam: async ({ caller, params }) => {
      await teams.deleteTeam(scopeFor(caller, 'team:manage'), params.id)
      return { status: 204, body: null }
    },

    listMembers: async ({ caller, params }) => {
      const members = await teams.listMembers(scopeFor(caller, 'team:read'), params.id)
      return { status: 200, body: { items: members.map(toMemberAnswer), next: null } }
    },

    addMember: async ({ caller, params, body: { username, role } }) => {
      const team = await requireTeam(caller, params.id, 'team:manage')
      const person = await people.findByUsername(username)
      if (!person) throw invalidFields({ username: 'is nobody here; invite them by e-mail' })
      await teams.addMember(team.id, person.id, role)
      const member = (await teams.listMembers([team.id], team.id)).find(({ person_id }) => person_id === person.id)
      if (member?.role !== role) throw memberPresent(username, member?.role)
      return { status: 201, body: toMemberAnswer(member) }
    },

    updateMember: async ({ caller, params: { id, person_id }, body: { role } }) => ({
      status: 200,
      body: toMemberAnswer(await teams.changeMember(scopeFor(caller, 'team:manage'), id, { person_id, role })),
    }),

    removeMember: async ({ caller, params }) => {
      await teams.removeMember(scopeFor(caller, 'team:manage'), params.id, params.person_id)
      return { status: 204, body: null }
    },

    leaveTeam: async ({ caller, params }) => {
      const own = caller.memberships.filter(({ team_id }) => team_id === params.id).map(({ team_id }) => team_id)
      await teams.removeMember(own, params.id, caller.person.id)
      return { status: 204, body: null }
    },
  }
}

const memberPresent = (username: string, role: string | undefined): AppError =>
  new AppError('conflict', `${username} is in the team already, as ${role}. Change the role instead.`, {
    details: { reason: 'member_present' },
  })

const toTeamAnswer = (team: Team, { memberships }: Caller): TeamAnswer => ({
  ...team,
  role: memberships.find(({ team_id }) => team_id === team.id)?.role ?? null,
  created_at: team.created_at.toISOString(),
})

const toMemberAnswer = (member: Member): MemberAnswer => ({ ...member, since: member.since.toISOString() })
