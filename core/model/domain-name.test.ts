import { expect, test } from 'vitest'
import { isDomainName, zoneOf } from './domain-name.ts'

test.each(['a', 'a.b', '*.a', '_acme-challenge.a', 'xn--caf-dma.example', `${'a'.repeat(63)}.b`])(
  '%s can be a name',
  name => {
    expect(isDomainName(name)).toBe(true)
  },
)

test.each([
  ...['', '.', 'a.', '.a', 'a..b', 'A', '*', 'a.*.b', '*a.b', 'a b', 'a\n', 'ñ', 'a;b', `${'a'.repeat(64)}.b`],
  Array.from({ length: 128 }, () => 'a').join('.'),
])('%j cannot be one', name => {
  expect(isDomainName(name)).toBe(false)
})

test('a name lies in the nearest zone, and never in one that it only ends like', () => {
  const zones = ['example.org', 'apps.example.org', 'localhost']
  expect(zoneOf('a.apps.example.org', zones)).toBe('apps.example.org')
  expect(zoneOf('apps.example.org', zones)).toBe('apps.example.org')
  expect(zoneOf('b.example.org', zones)).toBe('example.org')
  expect(zoneOf('notexample.org', zones)).toBeUndefined()
})
