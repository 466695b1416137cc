import { AppError, invalidFields } from '@parcela/contract'
import type { Person, TeamId, Teams } from '@parcela/core'
import { type Caller, isReached, scopeFor } from '../callers/caller.ts'
import { createRequireTeam } from '../callers/require-team.ts'

type Asked = { caller: Caller; owner: Person; asked: string | undefined }

/** For which team a service is asked: the one that is named, in which caller and owner must work; else the team of the key, else the owner's own. */
export const findTeam = async (
  teams: Pick<Teams, 'getTeam' | 'listMemberships'>,
  { caller, owner, asked }: Asked,
): Promise<TeamId> => {
  const wanted = asked ?? caller.key?.team_id ?? owner.team_id
  if (asked === undefined && wanted === owner.team_id) {
    if (isReached(scopeFor(caller, 'service:create'), { team_id: owner.team_id, service_id: null }))
      return owner.team_id
    throw new AppError('forbidden', 'The API key is not for this team.', { details: { reason: 'key_scope' } })
  }
  const team = await createRequireTeam(teams)(caller, wanted, 'service:create')
  const memberships = owner.id === caller.person.id ? caller.memberships : await teams.listMemberships(owner.id)
  if (memberships.some(({ team_id }) => team_id === team.id) || owner.id === caller.person.id) return team.id
  throw invalidFields({ team_id: `${owner.username} is not a member of this team` })
}
