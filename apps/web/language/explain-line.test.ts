import { emailAddress, teamRole } from '@parcela/contract'
import { expect, it } from 'vitest'
import { explainLine } from './explain-line.ts'

const said = (schema: { safeParse: (value: unknown) => { error?: { issues: { message: string }[] } | undefined } }) =>
  schema.safeParse('Ñ').error?.issues[0]?.message ?? ''

it('tells what is wrong with the address and with the role of a line, in the language of the page', () => {
  const both = `email ${said(emailAddress)}; role ${said(teamRole)}`
  expect(explainLine(both, 'es')).toBe(
    'Solo letras sin acentos, cifras y signos; otros dominios se escriben xn--... El rol es owner, developer o viewer.',
  )
  expect(explainLine(`role ${said(teamRole)}`, 'en')).toBe('The role is owner, developer or viewer.')
})

it('tells what is wrong with a line as a whole', () => {
  expect(explainLine('email is that of line 2 again', 'es')).toBe('Es la misma dirección que en la línea 2.')
  expect(explainLine('is a member of the team already', 'en')).toBe('Is in the team already.')
})
