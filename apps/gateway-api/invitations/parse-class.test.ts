import type { AppError } from '@parcela/contract'
import { describe, expect, test } from 'vitest'
import { parseClass } from './parse-class.ts'

const rows = (csv: string) => parseClass(csv, 'viewer').map(({ email, role }) => [email, role])
const problems = (csv: string) => {
  try {
    parseClass(csv, 'viewer')
    return undefined
  } catch (error) {
    return (error as AppError).details?.fields
  }
}
const ana = ['ana@example.org', 'viewer']

describe('a class is read', () => {
  test.each([
    ['one address per line', 'ana@example.org\neva@example.org\n'],
    ['with line ends of Windows, empty lines and blanks', '\r\n ana@example.org \r\n\r\neva@example.org'],
    ['with a byte order mark and a first line of names', '\uFEFFEmail\nana@example.org\neva@example.org'],
    ['with other columns before', 'nombre;correo\n"Ruiz; Ana";ana@example.org\nEva;eva@example.org'],
    ['with tabs', 'name\temail\nAna\tana@example.org\nEva\tEVA@example.org'],
    [
      'with quotation marks in quotation marks and a line end',
      'name,email\n"Ana ""la\nprimera""",ana@example.org\nEva,eva@example.org',
    ],
  ])('%s', (_, csv) => {
    expect(rows(csv)).toEqual([ana, ['eva@example.org', 'viewer']])
  })

  test('with a role of its own where a row names one', () => {
    expect(rows('email,role\nana@example.org,\neva@example.org,Developer')).toEqual([
      ana,
      ['eva@example.org', 'developer'],
    ])
  })
})

test('everything that is wrong is told at once, by its line in the file', () => {
  const csv = [
    'email,role',
    'ana@example.org,viewer',
    'ana',
    '',
    'eva@example.org,king',
    'x,y',
    'ANA@example.org,',
  ].join('\n')
  const found = problems(csv)
  expect(Object.keys(found ?? {})).toEqual(['line 3', 'line 5', 'line 6', 'line 7'])
  expect(found?.['line 3']).toContain('email must be an e-mail address')
  expect(found?.['line 5']).toBe('role must be owner, developer or viewer')
  expect(found?.['line 6']).toMatch(/email must be .*; role must be/)
  expect(found?.['line 7']).toBe('email is that of line 2 again')
})

test.each([
  ['nothing', '\n\n', 'line 1'],
  ['only names of columns', 'email,role\n', 'line 1'],
  ['a quotation mark without an end', 'ana@example.org\n"eva@example.org\n', 'line 2'],
  ['a look-alike', 'аna@example.org', 'line 1'],
  ['too many rows', Array.from({ length: 501 }, (_, index) => `p${index}@example.org`).join('\n'), 'line 501'],
])('%s is refused', (_, csv, line) => {
  expect(Object.keys(problems(csv) ?? {})).toContain(line)
})
