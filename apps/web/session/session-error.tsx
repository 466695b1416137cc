import { useTranslation } from 'react-i18next'
import { PasskeyError } from '../client/passkeys.ts'
import { explainError } from '../language/explain-error.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './session-page.module.css'

/** What went wrong with a form before the sign-in, said to everybody as soon as it is there. */
export const SessionError = ({ error }: { error: unknown }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <div role="alert">
      {error !== null && (
        <p className={classes.error}>
          {error instanceof PasskeyError ? t(`passkeys.${error.why}`) : explainError(error, t, language)}
        </p>
      )}
    </div>
  )
}
