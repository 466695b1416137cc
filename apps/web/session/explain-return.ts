import type { TFunction } from 'i18next'
import { explainSituation } from '../language/explain-reason.ts'

const unsure = /^(please_restart_the_process|state_.*|invalid_callback_request|no_code)$/

/** Why a sign-in with another provider came back without success, by the word in the address. */
export const explainReturn = (error: string, t: TFunction, provider = 'OpenID'): string => {
  const situation = explainSituation(error, {}, t)
  if (situation !== undefined) return situation
  if (error === 'access_denied') return t('sign_in.open_id_refused', { provider })
  if (unsure.test(error)) return t('sign_in.open_id_again', { provider })
  return t('sign_in.open_id_failed', { provider })
}
