import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { serviceName, suggestServiceName } from './service-name.ts'

const problemOf = (name: unknown) => serviceName.safeParse(name).error?.issues[0]?.message

describe('a service name', () => {
  test.each(['hola', 'a', '0', 'usuario-ejemplo', 'a'.repeat(63), 'x--y'])('%s is accepted', name => {
    expect(problemOf(name)).toBeUndefined()
  })

  test.each([
    ['', 'is empty'],
    ['a'.repeat(64), 'longer than 63'],
    ['Hola', 'letters a-z'],
    ['niño', 'letters a-z'],
    ['a_b', 'letters a-z'],
    ['a.b', 'letters a-z'],
    ['a b', 'letters a-z'],
    ['$(reboot)', 'letters a-z'],
    ['a"b', 'letters a-z'],
    ['a\nb', 'letters a-z'],
    ['hola\n', 'letters a-z'],
    ['-a', 'begin with a hyphen'],
    ['a-', 'end with a hyphen'],
    ['xn--nio-0ma', 'two hyphens'],
    ['www', 'reserved'],
    ['admin', 'reserved'],
    ['panel', 'reserved'],
    ['api', 'reserved'],
  ])('%j is refused, and the message says why', (name, why) => {
    expect(problemOf(name)).toContain(why)
  })
})

describe('the suggested name', () => {
  test.each([
    ['usuario_ejemplo', 'usuario-ejemplo'],
    ['Página de Ñandú', 'pagina-de-nandu'],
    ['  -- ', ''],
    ['日本', ''],
  ])('of %j is %j', (text, name) => {
    expect(suggestServiceName(text)).toBe(name)
  })

  test('is always empty, reserved or a name that is accepted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const name = suggestServiceName(text)
        const problem = problemOf(name)
        return name === '' || problem === undefined || /reserved|two hyphens/.test(problem)
      }),
    )
  })
})
