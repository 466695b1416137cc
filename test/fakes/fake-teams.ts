import { AppError, type TeamRole, teamSlug } from '@parcela/contract'
import {
  type Clock,
  createId,
  type Member,
  type Page,
  type Person,
  type Team,
  type TeamId,
  type TeamScope,
  type Teams,
} from '@parcela/core'

type Row = { id: TeamId; name: string; created_at: Date; members: Map<string, { role: TeamRole; since: Date }> }

/** Teams in memory, beside the fake people: everybody's personal team, and those that were made. */
export const createFakeTeams = (clock: Clock, people: { all(): Person[] }): Teams => {
  const made = new Map<TeamId, Row>()

  const personal = ({ id, team_id, username, created_at }: Person): Row => ({
    id: team_id,
    name: username,
    created_at,
    members: new Map([[id, { role: 'owner', since: created_at }]]),
  })
  const rows = (): Row[] => [...people.all().map(personal), ...made.values()]
  const find = (scope: TeamScope, id: string): Row => {
    const row = rows().find(team => team.id === id && isInScope(scope, team.id))
    if (!row) throw new AppError('not_found', 'There is no such team.')
    return row
  }
  const findMade = (scope: TeamScope, id: string): Row => {
    const row = find(scope, id)
    if (!made.has(row.id)) throw conflict('personal_team')
    return row
  }
  const toTeam = (row: Row): Team => ({
    id: row.id,
    name: row.name,
    slug: made.has(row.id) ? teamSlug(row.name) : row.name,
    is_personal: !made.has(row.id),
    edge_class: 'standard',
    members: row.members.size,
    services: 0,
    created_at: row.created_at,
  })
  const toMember = (row: Row, id: string): Member => {
    const member = row.members.get(id)
    const person = people.all().find(other => other.id === id)
    if (!member || !person) throw new AppError('not_found', 'This person is not a member of the team.')
    return { person_id: person.id, username: person.username, name: person.name, ...member }
  }
  const refuseLastOwner = (row: Row, but: string): void => {
    if ([...row.members].some(([id, { role }]) => role === 'owner' && id !== but)) return
    throw conflict('last_owner')
  }
  const refuseTaken = (name: string, but?: TeamId): void => {
    for (const row of made.values()) {
      if (row.id !== but && teamSlug(row.name) === teamSlug(name)) throw conflict('name_taken')
    }
  }

  return {
    createTeam: async ({ name, owner_id }) => {
      refuseTaken(name)
      const now = clock.now()
      const id = createId('team', now.getTime(), crypto.getRandomValues(new Uint8Array(16)))
      const row: Row = { id, name, created_at: now, members: new Map([[owner_id, { role: 'owner', since: now }]]) }
      made.set(id, row)
      return toTeam(row)
    },
    listTeams: async (scope, page) =>
      paged(
        rows()
          .filter(({ id }) => isInScope(scope, id))
          .map(toTeam),
        page,
      ),
    getTeam: async (scope, id) => toTeam(find(scope, id)),
    renameTeam: async (scope, id, name) => {
      const row = findMade(scope, id)
      refuseTaken(name, row.id)
      row.name = name
      return toTeam(row)
    },
    deleteTeam: async (scope, id) => {
      made.delete(findMade(scope, id).id)
    },
    listMemberships: async personId =>
      rows().flatMap(({ id, members }) => {
        const member = members.get(personId)
        return member ? [{ team_id: id, role: member.role }] : []
      }),
    listMembers: async (scope, teamId) => {
      const row = find(scope, teamId)
      return [...row.members.keys()].map(id => toMember(row, id))
    },
    addMember: async (teamId, personId, role) => {
      const row = findMade([teamId], teamId)
      if (!row.members.has(personId)) row.members.set(personId, { role, since: clock.now() })
    },
    changeMember: async (scope, teamId, { person_id, role }) => {
      const row = findMade(scope, teamId)
      const { since } = toMember(row, person_id)
      if (role !== 'owner') refuseLastOwner(row, person_id)
      row.members.set(person_id, { role, since })
      return toMember(row, person_id)
    },
    removeMember: async (scope, teamId, personId) => {
      const row = findMade(scope, teamId)
      toMember(row, personId)
      refuseLastOwner(row, personId)
      row.members.delete(personId)
    },
  }
}

const conflict = (reason: string): AppError =>
  new AppError('conflict', 'The team cannot be like that.', { details: { reason } })

const isInScope = (scope: TeamScope, team: TeamId): boolean =>
  scope === 'every-team' || (!('service_id' in scope) && scope.includes(team))

const paged = <T>(rows: T[], { limit, cursor }: Page) => {
  const start = Number(cursor ?? 0)
  return {
    items: rows.slice(start, start + limit),
    next: start + limit < rows.length ? String(start + limit) : null,
  }
}
