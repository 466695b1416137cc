import { domainName, findEmailProblem } from '@parcela/contract'
import { expect, it } from 'vitest'
import { explainProblem } from './explain-problem.ts'

it.each([
  '',
  '*.example.org',
  '192.0.2.7',
  '[2001:db8::1]',
  'https://www.example.org/',
  'a b.example.org',
  'example..org',
  `${'a'.repeat(64)}.example.org`,
  '-a.example.org',
  'printer.local',
  'example',
  'www.example.1',
  `${'abcdefghi.'.repeat(30)}org`,
  'xn--a.example.org',
])('what the contract says against the domain %j is known in both languages', name => {
  const parsed = domainName.safeParse(name)
  expectKnown(parsed.error?.issues.map(({ message }) => message) ?? [])
})

it.each(['ana', 'añá@example.org', `${'a'.repeat(65)}@example.org`, `a@${'b'.repeat(60)}.${'c'.repeat(250)}.org`])(
  'what the contract says against the e-mail address %j is known in both languages',
  address => {
    expectKnown([findEmailProblem(address)].filter(problem => problem !== undefined))
  },
)

it.each([
  ["is the platform's own; services have their names below apps.example.org already", 'apps.example.org'],
  ['is a public suffix: others have their domains below it; add one of those', 'Escribe el que es tuyo'],
  ['belongs to another service', 'otro sitio'],
  ['sends its visitors on to www.example.org; name that one', 'www.example.org'],
])('what the server says against a domain is known: %s', (problem, part) => {
  expect(explainProblem(problem, 'es')).toContain(part)
  expect(explainProblem(problem, 'es')).not.toBe(problem)
})

const expectKnown = (problems: readonly string[]): void => {
  expect(problems).not.toEqual([])
  for (const problem of problems) expect(explainProblem(problem, 'es')).not.toBe(problem)
}
