import { useTranslation } from 'react-i18next'
import { PasskeyError } from '../client/passkeys.ts'
import { RequestError } from '../client/request-error.ts'
import { explainError } from '../language/explain-error.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './session-page.module.css'

/** What went wrong with a form before the sign-in, said to everybody as soon as it is there. */
export const SessionError = ({ error }: { error: unknown }) => {
  const explain = useExplainAccess()
  return <div role="alert">{error !== null && <p className={classes.error}>{explain(error)}</p>}</div>
}

/** Also says what is about getting in alone: a session that is missing there is a password that is wrong. */
export const useExplainAccess = (): ((error: unknown) => string) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return error => {
    if (error instanceof PasskeyError) return t(`passkeys.${error.why}`)
    const isNobody = error instanceof RequestError && error.details.reason === undefined
    if (isNobody && error.code === 'unauthenticated') return t('sign_in.wrong')
    return explainError(error, t, language)
  }
}
