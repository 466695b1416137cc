import { expect, it } from 'vitest'
import { chooseLanguage } from './choose-language.ts'

it('speaks what was chosen before, whatever the browser prefers', () => {
  expect(chooseLanguage('es', ['en-GB'])).toBe('es')
})

it('speaks the first language of the browser that it knows', () => {
  expect(chooseLanguage(null, ['de-CH', 'es-MX', 'en'])).toBe('es')
})

it('speaks English to those whose languages it does not know', () => {
  expect(chooseLanguage('klingon', ['de', 'fr'])).toBe('en')
})
