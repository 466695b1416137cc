import { expect, test } from 'vitest'
import { readKeyLimits } from './key.ts'

test.each([null, undefined])('a key from before there were limits (%s) does what its person may do', metadata => {
  expect(readKeyLimits(metadata)).toEqual({ scope: 'manage', team_id: null, service_id: null })
})

test('limits are read as they were written', () => {
  const limits = { scope: 'deploy' as const, team_id: 'team_1', service_id: null }
  expect(readKeyLimits(limits)).toEqual(limits)
})

test.each([{}, [], 'manage', 7, { scope: 'root', team_id: null, service_id: null }, { scope: 'manage' }])(
  'limits that cannot be read (%j) open nothing',
  metadata => {
    expect(readKeyLimits(metadata)).toEqual({ scope: 'read', team_id: 'unreadable', service_id: 'unreadable' })
  },
)
