import { expect, test } from 'vitest'
import { emailAddress, findEmailProblem } from './email-address.ts'

test.each([
  ['Ana.Ruiz+x@Example.ORG', 'ana.ruiz+x@example.org'],
  [' ana@example.org ', 'ana@example.org'],
  ["o'hara@xn--caf-dma.example", "o'hara@xn--caf-dma.example"],
])('%s is %s', (written, address) => {
  expect(emailAddress.parse(written)).toBe(address)
})

test.each([
  ['a Cyrillic а', 'аna@example.org'],
  ['the Kelvin sign, whose lower case is a k', '\u212Aarl@example.org'],
  ['full-width letters', 'ａna@example.org'],
  ['a dotless i', 'anı@example.org'],
  ['an invisible joiner', 'an\u200Da@example.org'],
  ['a domain of another script', 'ana@еxample.org'],
])('%s does not make a look-alike', (_, written) => {
  expect(findEmailProblem(written)).toContain('ASCII')
})

test.each([
  '',
  'ana',
  '@example.org',
  'ana@',
  'ana@example',
  'a b@example.org',
  '.a@example.org',
  `${'a'.repeat(65)}@example.org`,
])('%s is no address', written => {
  expect(findEmailProblem(written)).toBeDefined()
})
