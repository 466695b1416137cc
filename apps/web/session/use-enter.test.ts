import { expect, it } from 'vitest'
import { ownAddress } from './use-enter.ts'

it.each(['/new', '/account?tab=keys', '/services/svc_1?tab=logs'])('a sign-in leads to %s, which is ours', next => {
  expect(ownAddress(next)).toBe(next)
})

it.each([undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  'a sign-in never leads to %s',
  next => {
    expect(ownAddress(next)).toBe('/')
  },
)
