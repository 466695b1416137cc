import type { TFunction } from 'i18next'
import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { RequestError } from '../client/request-error.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { explainError } from './explain-error.ts'
import { explainReason, lastLinesOf } from './explain-reason.ts'

let inEnglish: TFunction
let inSpanish: TFunction

beforeAll(async () => {
  const i18n = i18next.createInstance()
  await i18n.init({
    lng: 'en',
    resources: { en: { translation: en }, es: { translation: es } },
    interpolation: { escapeValue: false },
  })
  inEnglish = i18n.getFixedT('en')
  inSpanish = i18n.getFixedT('es')
})

const ended = {
  code: 'rejected' as const,
  message: "The site's server ended by itself with code 3. Its last lines: a | b",
  step: 'await-healthy',
  reason: 'ended_by_itself',
  values: { exit_code: 3, last_lines: 'a\nb' },
}

describe('why a site is not as it was asked for', () => {
  it('is said in the language of the reader, with its numbers', () => {
    expect(explainReason(ended, inEnglish)).toBe('The site started and ended by itself with code 3.')
    expect(explainReason(ended, inSpanish)).toBe('El sitio arrancó y terminó solo con código 3.')
    expect(lastLinesOf(ended)).toBe('a\nb')
  })

  it('is said in the words of the server where the page has none', () => {
    const message = 'Docker could not do something new.'
    expect(explainReason({ code: 'unavailable', message, step: null }, inSpanish)).toBe(message)
    expect(explainReason({ code: 'unavailable', message, step: null, reason: 'quite_new' }, inSpanish)).toBe(message)
  })
})

describe('a refused request', () => {
  const refused = (code: RequestError['code'], rest: Partial<Pick<RequestError, 'fields' | 'details'>>) =>
    explainError(new RequestError(code, 'said by the server', { fields: {}, details: {}, ...rest }), inSpanish, 'es')

  it('names its limit in units that people read', () => {
    expect(refused('too_large', { details: { reason: 'too_many_bytes', limit_bytes: 2 ** 30 } })).toBe(
      'Los archivos pasan de 1 GiB, lo máximo que se puede publicar.',
    )
    expect(refused('too_large', { details: { reason: 'too_many_files', limit: 50_000 } })).toContain('50.000')
  })

  it('names the file or the field that it is about', () => {
    expect(refused('invalid', { fields: { 'a/b': 'is a device; only files and folders can be published' } })).toBe(
      '«a/b»: es un dispositivo. Solo se pueden publicar archivos y carpetas.',
    )
    expect(refused('invalid', { fields: { ram_mb: 'must be at most 8192 MiB for this format' } })).toBe(
      'Memoria: Como mucho 8192 MiB.',
    )
  })

  it('is said by its kind, or as the server said it, where nothing more is known', () => {
    expect(refused('unavailable', {})).toBe(es.error.unavailable)
    expect(refused('conflict', {})).toBe('said by the server')
  })
})
