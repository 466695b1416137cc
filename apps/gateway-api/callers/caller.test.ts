import type { KeyLimits, Permission, Route, TeamRole } from '@parcela/contract'
import type { Person, TeamId } from '@parcela/core'
import { expect, test } from 'vitest'
import { type Caller, isReached, requireAllowed, scopeFor, teamsOf } from './caller.ts'
import { requirePermission } from './require-permission.ts'

const [own, shared, foreign] = ['team_own', 'team_shared', 'team_foreign'] as TeamId[] as [TeamId, TeamId, TeamId]

const caller = (role: TeamRole, more: { key?: KeyLimits; is_administrator?: boolean } = {}): Caller => ({
  person: { id: 'usr_1', team_id: own, is_administrator: more.is_administrator ?? false } as Person,
  by: more.key ? 'api-key' : 'session',
  through_id: 'x',
  signed_in_at: null,
  key: more.key ?? null,
  memberships: [
    { team_id: own, role: 'owner' },
    { team_id: shared, role },
  ],
})
const key = (limits: Partial<KeyLimits>): KeyLimits => ({ scope: 'manage', team_id: null, service_id: null, ...limits })

test.each([
  ['viewer', 'service:read', [own, shared]],
  ['viewer', 'service:deploy', [own]],
  ['developer', 'service:deploy', [own, shared]],
  ['developer', 'service:delete', [own]],
  ['owner', 'team:manage', [own, shared]],
] as const)('a %s reaches for %s the teams %j', (role, permission, teams) => {
  expect(scopeFor(caller(role), permission)).toEqual(teams)
})

test('a key takes away, and never gives', () => {
  expect(scopeFor(caller('viewer', { key: key({ team_id: shared }) }), 'service:manage')).toEqual([])
  expect(scopeFor(caller('owner', { key: key({ team_id: shared }) }), 'service:manage')).toEqual([shared])
  expect(scopeFor(caller('owner', { key: key({ team_id: foreign }) }), 'service:read')).toEqual([])
  expect(scopeFor(caller('owner', { key: key({ scope: 'deploy' }) }), 'service:manage')).toEqual([])
  expect(scopeFor(caller('owner', { key: key({ service_id: 'svc_1' }) }), 'service:manage')).toEqual({
    teams: [own, shared],
    service_id: 'svc_1',
  })
  expect(scopeFor(caller('owner', { key: key({ service_id: 'svc_1' }) }), 'team:read')).toEqual([])
})

test('an administrator reaches every team, with a limited key no more than its limits', () => {
  const admin = (limits?: Partial<KeyLimits>) =>
    caller('viewer', { is_administrator: true, ...(limits ? { key: key(limits) } : {}) })
  expect(scopeFor(admin(), 'service:delete')).toBe('every-team')
  expect(scopeFor(admin({ team_id: foreign }), 'service:delete')).toEqual([foreign])
  expect(scopeFor(admin({ scope: 'read' }), 'service:delete')).toEqual([])
  expect(() => requireAllowed(admin({ team_id: foreign }), 'platform:admin')).toThrow('not for this')
  expect(() => requireAllowed(caller('owner'), 'platform:admin')).toThrow('Only administrators')
  expect(teamsOf(admin(), 'service:deploy')).toEqual([own])
})

test('what is reached is in one of the teams, and is the service where the scope ends at one', () => {
  const object = { team_id: shared, service_id: 'svc_1' }
  expect(isReached('every-team', object)).toBe(true)
  expect(isReached([own], object)).toBe(false)
  expect(isReached({ teams: 'every-team', service_id: 'svc_1' }, object)).toBe(true)
  expect(isReached({ teams: [own], service_id: 'svc_1' }, object)).toBe(false)
  expect(isReached({ teams: [shared], service_id: 'svc_2' }, object)).toBe(false)
  expect(isReached({ teams: [shared], service_id: 'svc_2' }, { ...object, service_id: null })).toBe(false)
})

test('a route whose permission nobody wrote down does not start', () => {
  const route: Route = { method: 'GET', path: '/x', summary: 'x', permission: 'service:read', answers: {} }
  requirePermission(route)
  requirePermission({ ...route, permission: 'public' })
  for (const permission of ['service:fly', 'toString', undefined]) {
    expect(() => requirePermission({ ...route, permission: permission as Permission })).toThrow('permission.ts')
  }
})
