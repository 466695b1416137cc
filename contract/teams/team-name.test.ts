import { expect, test } from 'vitest'
import { teamName, teamSlug } from './team-name.ts'

test.each([
  ['  Clase   2º B ', 'Clase 2º B'],
  ['Cafe\u0301', 'Café'],
  ['Команда', 'Команда'],
  ['開発チーム', '開発チーム'],
  ['Team 開発', 'Team 開発'],
  ['Ομάδα 1', 'Ομάδα 1'],
  ['1-A', '1-A'],
])('%j is the name %j', (written, name) => {
  expect(teamName.parse(written)).toBe(name)
})

test.each([
  ['nothing', '', 'is empty'],
  ['blanks', ' \t', 'is empty'],
  ['signs alone', '---', 'needs a letter'],
  ['Latin with one Cyrillic letter', 'Аna', 'several scripts'],
  ['Greek and Cyrillic', 'αб', 'several scripts'],
  ['Latin and Cherokee', 'aᎪ', 'several scripts'],
  ['an invisible joiner', 'an\u200da', 'invisible'],
  ['a mark that turns the direction', 'ana\u202eb', 'invisible'],
  ['an invisible Hangul letter', 'ana\u3164', 'invisible'],
  ['65 characters', 'a'.repeat(65), 'longer'],
])('%s is no name', (_, written, problem) => {
  expect(teamName.safeParse(written).error?.issues[0]?.message).toContain(problem)
})

test.each([
  ['COCO', 'СОСО'],
  ['Ana', 'ＡＮＡ'],
  ['Álvaro', 'alvaro'],
  ['los mejores', 'Los-Mejores!'],
  ['Kafe', 'Каfе'],
])('%s and %s look the same', (one, other) => {
  expect(teamSlug(one)).toBe(teamSlug(other))
})

test.each([
  ['Клуб', 'Club'],
  ['Team 1', 'Team 11'],
  ['開発', '開花'],
])('%s and %s do not', (one, other) => {
  expect(teamSlug(one)).not.toBe(teamSlug(other))
})
