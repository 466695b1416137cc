import { expect, test } from 'vitest'
import { isPersonal } from './personal-fields.ts'

test.each([
  ['/people', 'name', true],
  ['/me/erase', 'username', true],
  ['/me', 'language', false],
  ['/teams/{id}/members', 'username', true],
  ['/teams/{id}/members', 'role', false],
  ['/invitations/import', 'csv', true],
  ['/services', 'name', false],
  ['/services', 'user_id', true],
  ['/meters', 'name', false],
])('of %s, that %s is personal is %s', (path, field, expected) => {
  expect(isPersonal({ path }, field)).toBe(expected)
})
