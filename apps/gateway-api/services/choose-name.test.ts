import { serviceName } from '@parcela/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultName } from './choose-name.ts'

test.each([
  ['usuario_ejemplo', 'usuario-ejemplo'],
  ['Añil', 'anil'],
  ['admin', 'admin-web'],
  ['___', 'web'],
  ['日本', 'web'],
])('the service of %s is called %s', (username, name) => {
  expect(defaultName(username, 'web')).toBe(name)
})

test('every username gives a name that may be used', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      username => serviceName.safeParse(defaultName(username, 'web')).success,
    ),
  )
})
