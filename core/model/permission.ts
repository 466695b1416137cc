import type { KeyScope, Permission, TeamRole } from '@parcela/contract'

/** Whose right it is: of everybody about themselves, of some roles in the team of the object, or of the platform's administrators. */
type Right = { about: 'self' | 'team' | 'service' | 'platform'; roles: readonly TeamRole[]; scope: KeyScope }

const everybody = ['owner', 'developer', 'viewer'] as const
const builders = ['owner', 'developer'] as const
const owners = ['owner'] as const

/**
 * The one table of who may do what. `roles` are those in the team that the object belongs to; administrators of the platform may do everything
 * in every team. `scope` is the least that an API key must have. What cannot be undone, or reaches beyond one service, is for owners.
 */
export const rights: { readonly [P in Exclude<Permission, 'public'>]: Right } = {
  'self:read': { about: 'self', roles: [], scope: 'read' },
  'self:manage': { about: 'self', roles: [], scope: 'manage' },
  'service:read': { about: 'service', roles: everybody, scope: 'read' },
  'service:create': { about: 'team', roles: builders, scope: 'manage' },
  'service:deploy': { about: 'service', roles: builders, scope: 'deploy' },
  'service:manage': { about: 'service', roles: builders, scope: 'manage' },
  'service:delete': { about: 'service', roles: owners, scope: 'manage' },
  'service:move': { about: 'team', roles: owners, scope: 'manage' },
  'team:read': { about: 'team', roles: everybody, scope: 'read' },
  'team:manage': { about: 'team', roles: owners, scope: 'manage' },
  'platform:approve': { about: 'platform', roles: [], scope: 'manage' },
  'platform:admin': { about: 'platform', roles: [], scope: 'manage' },
}

const rank: Record<KeyScope, number> = { read: 0, deploy: 1, manage: 2 }

/** Whether a key of this scope reaches a permission that needs at least the other. */
export const includesScope = (scope: KeyScope, needed: KeyScope): boolean => rank[scope] >= rank[needed]
