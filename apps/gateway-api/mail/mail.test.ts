import { expect, test } from 'vitest'
import { chooseLanguage } from './choose-language.ts'
import { renderInvitation, renderReset } from './render-mails.ts'

test.each([
  ['es', 'en', 'es'],
  [null, 'es-ES,es;q=0.9,en;q=0.8', 'es'],
  [null, 'fr, en;q=0.5', 'en'],
  [null, 'fr', 'en'],
  [null, undefined, 'en'],
] as const)('who chose %s and whose browser speaks %s reads %s', (chosen, accepted, expected) => {
  expect(chooseLanguage(chosen, accepted)).toBe(expected)
})

test('a mail greets by name, in the language of its reader, and holds the link on a line of its own', () => {
  const mail = renderReset({ to: 'ana@example.org', language: 'es', link: 'https://p.example/x#token=1' }, 'Ana Ruiz')
  expect(mail.subject).toBe('Una contraseña nueva para Parcela')
  expect(mail.text).toContain('Hola, Ana Ruiz:')
  expect(mail.text.split('\n')).toContain('https://p.example/x#token=1')
})

test('the name of a team cannot carry a link or a line of its own into a mail', () => {
  const { subject, text } = renderInvitation(
    { to: 'ana@example.org', language: 'en', link: 'https://p.example/x' },
    { team_name: 'You won!\r\nBcc: all@example.org\nhttps://evil.example/win', role: 'viewer' },
  )
  expect(subject).toBe('Invitation to the team "You won Bcc all example org https evil example win" on Parcela')
  expect(text).not.toContain('evil.example')
})
