import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { NewPasswordField, shortestPassword } from './new-password-field.tsx'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'
import { useLinkToken } from './use-link-token.ts'

/** Sets a new password, by the link from a mail or from an administrator. */
export const ResetPasswordPage = () => {
  const { t } = useTranslation()
  const token = useLinkToken()
  const [newPassword, setNewPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  const reset = useMutation({ mutationFn: accountGateway.resetPassword })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (token !== undefined && newPassword.length >= shortestPassword) reset.mutate({ token, newPassword })
  }
  if (reset.isSuccess)
    return (
      <SessionPage title={t('reset.done_title')} heading={t('reset.done_title')}>
        <p className={classes.note} role="status">
          {t('reset.done_text')}
        </p>
        <ToSignIn />
      </SessionPage>
    )
  return (
    <SessionPage title={t('reset.title')} heading={t('reset.title')}>
      {token === undefined ? (
        <p className={classes.note}>{t('reset.no_token')}</p>
      ) : (
        <form className={classes.form} onSubmit={submit} noValidate>
          <NewPasswordField
            label={t('reset.password')}
            value={newPassword}
            onChange={setNewPassword}
            isChecked={wasSent}
          />
          <SessionError error={reset.error} />
          <Button type="submit" size="md" loading={reset.isPending} fullWidth>
            {t('reset.submit')}
          </Button>
        </form>
      )}
      <p className={classes.other}>
        <Link to="/forgotten-password">{t('reset.another')}</Link>
      </p>
    </SessionPage>
  )
}

const ToSignIn = () => {
  const { t } = useTranslation()
  return (
    <Button size="md" fullWidth renderRoot={props => <Link to="/sign-in" {...props} />}>
      {t('sign_in.submit')}
    </Button>
  )
}
