import { expect, it } from 'vitest'
import { createFormat } from './create-format.ts'

const en = createFormat('en')
const es = createFormat('es')

it('says durations in the unit that suits them', () => {
  expect([12, 840, 1240, 65_000].map(en.duration)).toEqual(['12 ms', '840 ms', '1.2 s', '1 min 5 s'])
  expect(es.duration(1240)).toBe('1,2 s')
})

it('never says a negative duration, even where clocks disagree', () => {
  expect(en.duration(-5)).toBe('0 ms')
})

it('says sizes of files in decimal units and memory in binary ones', () => {
  expect([999, 1300, 1_300_000, 25_000_000].map(en.bytes)).toEqual(['999 B', '1.3 kB', '1.3 MB', '25 MB'])
  expect([512, 1536, 2048].map(en.ram)).toEqual(['512 MiB', '1.5 GiB', '2 GiB'])
})

it('says times as people do', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  expect(en.relative('2026-03-01T11:59:30Z', now)).toBe('now')
  expect(en.relative('2026-03-01T11:57:00Z', now)).toBe('3 minutes ago')
  expect(es.relative('2026-02-28T12:00:00Z', now)).toBe('ayer')
})
