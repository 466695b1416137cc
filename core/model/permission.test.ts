import type { KeyScope } from '@parcela/contract'
import { expect, test } from 'vitest'
import { includesScope, rights } from './permission.ts'

const rolesOf = (role: 'owner' | 'developer' | 'viewer') =>
  Object.entries(rights)
    .filter(([, right]) => right.roles.includes(role))
    .map(([permission]) => permission)

test('a viewer reads and nothing else', () => {
  expect(rolesOf('viewer')).toEqual(['service:read', 'team:read'])
})

test('each role may do all that the one below it may', () => {
  expect(rolesOf('developer')).toEqual(expect.arrayContaining(rolesOf('viewer')))
  expect(rolesOf('owner')).toEqual(expect.arrayContaining(rolesOf('developer')))
})

test('no role in a team opens anything of the platform or of a person', () => {
  for (const right of Object.values(rights)) {
    expect(right.roles.length > 0).toBe(right.about === 'team' || right.about === 'service')
  }
})

test('a key that only reads changes nothing; one that deploys publishes and changes nothing else', () => {
  const reached = (scope: KeyScope) =>
    Object.entries(rights)
      .filter(([, right]) => includesScope(scope, right.scope))
      .map(([permission]) => permission)
  expect(reached('read')).toEqual(['self:read', 'service:read', 'team:read'])
  expect(reached('deploy').filter(permission => !reached('read').includes(permission))).toEqual(['service:deploy'])
  expect(reached('manage')).toEqual(Object.keys(rights))
})
