import { AppError, type Route, toAppError } from '@parcela/contract'
import { type DesiredState, rights, type Service, type Team, type Teams } from '@parcela/core'
import { type Caller, isReached, roleWords, scopeFor } from './caller.ts'

type Dependencies = { desired: Pick<DesiredState, 'getService'>; teams: Pick<Teams, 'getTeam'> }

/** What a route's failure is answered as: what the caller may see but not change was not found by its query, and is `forbidden`. */
export type ExplainRefusal = (error: unknown, route: Route, asked: { caller: Caller; id: unknown }) => Promise<unknown>

export const createExplainRefusal =
  ({ desired, teams }: Dependencies): ExplainRefusal =>
  async (error, { path, permission }, { caller, id }) => {
    const isHidden = toAppError(error).code === 'not_found'
    if (!isHidden || permission === 'public' || rights[permission].about === 'platform' || typeof id !== 'string') {
      return error
    }
    const seen = await findSeen()
    if (!seen || isReached(scopeFor(caller, permission), { team_id: teamOf(seen), service_id: seen.id })) return error
    return new AppError('forbidden', `${roleWords(permission)} may do this.`, {
      details: { reason: 'role', permission },
      cause: error,
    })

    async function findSeen(): Promise<Service | Team | undefined> {
      if (typeof id !== 'string') return undefined
      const looking = path.startsWith('/services/{id}')
        ? desired.getService(scopeFor(caller, 'service:read'), id)
        : path.startsWith('/teams/{id}') && teams.getTeam(scopeFor(caller, 'team:read'), id)
      if (!looking) return undefined
      return looking.catch((failure: unknown) => {
        if (toAppError(failure).code === 'not_found') return undefined
        throw failure
      })
    }
  }

const teamOf = (seen: Service | Team) => ('team_id' in seen ? seen.team_id : seen.id)
