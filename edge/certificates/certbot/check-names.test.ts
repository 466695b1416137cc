import { expect, test } from 'vitest'
import { checkNames } from './check-names.ts'

test.each(['example.org', '*.example.org', 'xn--caf-dma.example', 'a.b.c.d.example.org', '3.example'])(
  '%s can be asked for by DNS',
  name => {
    expect(() => checkNames([name], 'dns')).not.toThrow()
  },
)

test.each([
  ...['', 'localhost', '*.localhost', 'Example.org', 'example.org.', 'a..b', '_acme.example.org', '-x.org', 'x-.org'],
  ...['*', 'a.*.org', '192.0.2.1', '--server.org', 'a b.org', 'a\n.org', `${'a'.repeat(64)}.org`, 'a,b.org'],
])('%j is refused before an authority is asked', name => {
  expect(() => checkNames(['good.example.org', name], 'dns')).toThrow(
    expect.objectContaining({ code: 'rejected', details: { reason: 'name_refused' } }),
  )
})

test('no names are refused, and a wildcard by HTTP is a mistake', () => {
  expect(() => checkNames([], 'dns')).toThrow(/without names/)
  expect(() => checkNames(['*.example.org'], 'http')).toThrow(expect.objectContaining({ code: 'invalid' }))
})
