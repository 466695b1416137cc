import { AppError, type KeyLimits, type Permission } from '@parcela/contract'
import { includesScope, type Membership, type Person, rights, type TeamId, type TeamScope } from '@parcela/core'

type Needed = Exclude<Permission, 'public'>

/** Who is asking, how they proved it, and what that opens. */
export type Caller = {
  person: Person
  /** `session` callers come from a browser: their writes must carry the page's own Origin. */
  by: 'session' | 'api-key'
  /** The id of the session or of the key; never what it is proved with. */
  through_id: string
  /** When the session began; null for a key. */
  signed_in_at: Date | null
  /** What a key takes away of what its person may do; null for a session. */
  key: KeyLimits | null
  memberships: readonly Membership[]
}

/** Whether there is anything at all that the caller may do with this permission; `scopeFor` says with what. */
export const isAllowed = (caller: Caller, permission: Needed): boolean => {
  const { about } = rights[permission]
  if (!isOpenToKey(caller.key, permission)) return false
  if (about === 'self') return true
  return caller.person.is_administrator || (about !== 'platform' && teamsOf(caller, permission).length > 0)
}

/** Throws `forbidden`, and says what is missing. */
export const requireAllowed = (caller: Caller, permission: Needed): void => {
  if (isAllowed(caller, permission)) return
  if (!isOpenToKey(caller.key, permission)) {
    throw new AppError('forbidden', 'The API key is not for this. Use one with a wider scope, or sign in.', {
      details: { reason: 'key_scope', permission },
    })
  }
  const who = rights[permission].about === 'platform' ? 'Only administrators of the platform' : roleWords(permission)
  throw new AppError('forbidden', `${who} may do this.`, { details: { reason: 'role', permission } })
}

/** Whose rows the caller's queries may touch when they do what this permission is for: the teams where their role allows it. */
export const scopeFor = (caller: Caller, permission: Needed): TeamScope => {
  if (!isAllowed(caller, permission)) return []
  const { key, person } = caller
  const all = key?.team_id ? [key.team_id as TeamId] : ('every-team' as const)
  const teams = person.is_administrator ? all : teamsOf(caller, permission)
  return key?.service_id ? { teams, service_id: key.service_id } : teams
}

/** The teams that the caller is in with a role, and a key, that allow this; for what an administrator does as themselves. */
export const teamsOf = ({ memberships, key }: Caller, permission: Needed): TeamId[] =>
  memberships
    .filter(({ role, team_id }) => rights[permission].roles.includes(role) && (key?.team_id ?? team_id) === team_id)
    .map(({ team_id }) => team_id)

/** Whether an object, of this team and perhaps of this service, is in the scope. */
export const isReached = (scope: TeamScope, object: { team_id: TeamId; service_id: string | null }): boolean => {
  if (scope === 'every-team') return true
  if ('service_id' in scope) return scope.service_id === object.service_id && isReached(scope.teams, object)
  return scope.includes(object.team_id)
}

export const roleWords = (permission: Needed): string =>
  `Only ${rights[permission].roles.map(role => `${role}s`).join(' and ')} of the team`

/** A key that ends at a team reaches nothing of its person or the platform but who they are; one that ends at a service, nothing of a team. */
const isOpenToKey = (key: KeyLimits | null, permission: Needed): boolean => {
  if (!key) return true
  const { about, scope } = rights[permission]
  if (!includesScope(key.scope, scope)) return false
  if (permission === 'self:read' || about === 'service') return true
  return key.service_id === null && (about === 'team' || key.team_id === null)
}
