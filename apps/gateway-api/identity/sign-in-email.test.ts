import { expect, test } from 'vitest'
import { signInEmail } from './sign-in-email.ts'

test.each([
  ['plainly', '{"email":"ana@example.org","password":"x"}'],
  ['in capitals', '{"email":"Ana@Example.ORG"}'],
  ['with escapes', '{"email":"\\u0061na@example.org"}'],
  ['with an escaped field', '{"\\u0065mail":"ana@example.org"}'],
  ['behind a decoy', '{"email":"eva@example.org","email":"ana@example.org"}'],
])('an account is the same account written %s', (_, body) => {
  expect(signInEmail(Buffer.from(body))).toBe('ana@example.org')
})

test.each(['', 'null', '[]', '7', '{', '{"email":7}'])('%s names no account', body => {
  expect(signInEmail(Buffer.from(body))).toBeUndefined()
})
