import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSameValues, parseRecords, renderValue } from './zone-text.ts'

describe('a text', () => {
  test('is written in one line of plain signs, and read back as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
        const text = Buffer.from(bytes).toString()
        const rendered = renderValue('TXT', text)
        expect(rendered).toMatch(/^"[A-Za-z0-9 =:._/+\\-]*"( "[A-Za-z0-9 =:._/+\\-]*")*$/)
        const found = parseRecords(`a.test.\t60\tIN\tTXT\t${rendered}\n`)
        expect(found.get('a.test')?.get('TXT')?.values).toEqual([text])
      }),
    )
  })

  test('of several strings is one value, and signs after a backslash are themselves', () => {
    const found = parseRecords('a.test. 60 IN TXT "one; " "\\"two\\"" "\\195\\177"\n')
    expect(found.get('a.test')?.get('TXT')?.values).toEqual(['one; "two"ñ'])
  })
})

test('records are read by name and type; remarks and foreign types are passed over', () => {
  const found = parseRecords(
    [
      ';; ANSWER SECTION:',
      'A.Test.\t\t60\tIN\tA\t192.0.2.1',
      'a.test.\t\t60\tIN\tA\t192.0.2.2',
      '*.test.\t\t60\tIN\tCNAME\tB.Test.',
      'a.test.\t\t60\tIN\tMX\t10 mail.test.',
      ';; Query time: 0 msec',
    ].join('\n'),
  )
  expect([...found.keys()]).toEqual(['a.test', '*.test'])
  expect([...(found.get('a.test')?.keys() ?? [])]).toEqual(['A'])
  expect(found.get('a.test')?.get('A')).toEqual({
    name: 'a.test',
    type: 'A',
    ttl: 60,
    values: ['192.0.2.1', '192.0.2.2'],
  })
  expect(found.get('*.test')?.get('CNAME')?.values).toEqual(['b.test'])
})

test('values are the same in any order, and IPv6 addresses in any notation', () => {
  expect(isSameValues('A', ['1.1.1.1', '2.2.2.2'], ['2.2.2.2', '1.1.1.1'])).toBe(true)
  expect(isSameValues('A', ['1.1.1.1'], ['1.1.1.1', '2.2.2.2'])).toBe(false)
  expect(isSameValues('AAAA', ['2001:DB8:0::1'], ['2001:db8::1'])).toBe(true)
  expect(isSameValues('TXT', ['A'], ['a'])).toBe(false)
})
