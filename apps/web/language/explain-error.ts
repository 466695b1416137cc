import type { TFunction } from 'i18next'
import { RequestError } from '../client/request-error.ts'
import type { Language } from './choose-language.ts'
import { explainProblem } from './explain-problem.ts'
import { explainSituation } from './explain-reason.ts'

/** A failed request in a sentence for the person: by its reason, by the field it is about, by its code, else in the server's own words. */
export const explainError = (error: unknown, t: TFunction, language: Language): string => {
  if (!(error instanceof RequestError)) return t('error.unknown')
  const { reason, retry_after_s: seconds } = error.details
  const situation = explainSituation(reason, error.details, t)
  if (situation !== undefined) return situation
  if (error.code === 'busy' && typeof seconds === 'number') return t('error.busy_for', { count: seconds })
  const [field, problem] = Object.entries(error.fields)[0] ?? []
  if (field !== undefined && problem !== undefined) return explainField(field, explainProblem(problem, language), t)
  if (hasOwnSentence(error.code)) return t(`error.${error.code}`)
  return error.message === '' ? t('error.unknown') : error.message
}

const formFields = {
  name: 'create.name',
  ram_mb: 'create.ram',
  cpus: 'create.cpus',
  storage_gb: 'create.storage',
} as const

/** A field of the form by its label; anything else that is named is a file, except the words of the API for all of them. */
const explainField = (field: string, problem: string, t: TFunction): string => {
  const label = Object.entries(formFields).find(([name]) => name === field)?.[1]
  if (label !== undefined) return `${t(label)}: ${problem}`
  return wholes.has(field) ? problem : t('files.problem_path', { path: field, problem })
}

const wholes = new Set([
  'files',
  'request',
  'release_id',
  'service_type',
  'service_format',
  'username',
  'password',
  'email',
  'language',
  'role',
  'csv',
  'token',
  'team_id',
  'service_id',
])

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
