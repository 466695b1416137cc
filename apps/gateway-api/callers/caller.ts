import type { Permission } from '@parcela/contract'
import type { Person, TeamScope } from '@parcela/core'

/** Who is asking, and how they proved it. */
export type Caller = {
  person: Person
  /** `session` callers come from a browser: their writes must carry the page's own Origin. */
  by: 'session' | 'api-key'
}

/** What a caller must be for each permission; owners of their own team may do everything there, the scope of each query keeps them in it. */
const checks: Record<Exclude<Permission, 'public'>, (caller: Caller) => boolean> = {
  'self:read': () => true,
  'service:read': () => true,
  'service:create': () => true,
  'service:deploy': () => true,
  'service:manage': () => true,
  'service:delete': () => true,
  'platform:admin': caller => caller.person.is_administrator,
}

export const isAllowed = (caller: Caller, permission: Exclude<Permission, 'public'>): boolean =>
  checks[permission](caller)

/** Whose rows the caller's queries may touch: their team's; an administrator's, every team's. */
export const scopeOf = (caller: Caller): TeamScope =>
  caller.person.is_administrator ? 'every-team' : [caller.person.team_id]
