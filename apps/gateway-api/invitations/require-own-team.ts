import { AppError } from '@parcela/contract'
import type { TeamId } from '@parcela/core'
import { type Caller, isReached, scopeFor } from '../callers/caller.ts'

/** The team, when the caller may say who is in it. To strangers it is `not_found`, to its other members `forbidden`. */
export const requireOwnTeam = (caller: Caller, teamId: string): TeamId => {
  const team = { team_id: teamId as TeamId, service_id: null }
  if (isReached(scopeFor(caller, 'team:manage'), team)) return team.team_id
  if (isReached(scopeFor(caller, 'team:read'), team)) {
    throw new AppError('forbidden', 'Only owners of the team may do this.', {
      details: { reason: 'role', permission: 'team:manage' },
    })
  }
  throw new AppError('not_found', 'There is no such team, or it is not yours to see.')
}
