import type { TFunction } from 'i18next'
import { RequestError } from '../client/request-error.ts'

/** A failed request in a sentence for the person: by its reason, by its code, else in the server's own words. */
export const explainError = (error: unknown, t: TFunction): string => {
  if (!(error instanceof RequestError)) return t('error.unknown')
  const reason = error.details.reason
  if (reason === 'name_taken') return t('error.name_taken')
  if (hasOwnSentence(error.code)) return t(`error.${error.code}`)
  return error.message === '' ? t('error.unknown') : error.message
}

const ownSentences = [
  'offline',
  'unauthenticated',
  'forbidden',
  'not_found',
  'busy',
  'internal',
  'unavailable',
  'too_large',
] as const

const hasOwnSentence = (code: RequestError['code']): code is (typeof ownSentences)[number] =>
  ownSentences.some(known => known === code)
