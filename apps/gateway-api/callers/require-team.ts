import { AppError, type Permission } from '@parcela/contract'
import type { Team, Teams } from '@parcela/core'
import { type Caller, isReached, roleWords, scopeFor } from './caller.ts'

export type RequireTeam = (
  caller: Caller,
  teamId: string,
  permission: Exclude<Permission, 'public' | 'self:read' | 'self:manage'>,
) => Promise<Team>

/** The team, when the caller may do this in it. `not_found` for one that they may not see, `forbidden` where their role is not enough. */
export const createRequireTeam =
  (teams: Pick<Teams, 'getTeam'>): RequireTeam =>
  async (caller, teamId, permission) => {
    const team = await teams.getTeam(scopeFor(caller, 'team:read'), teamId)
    if (isReached(scopeFor(caller, permission), { team_id: team.id, service_id: null })) return team
    throw new AppError('forbidden', `${roleWords(permission)} may do this.`, {
      details: { reason: 'role', permission },
    })
  }
