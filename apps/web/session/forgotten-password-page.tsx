import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'

/** The way to a new password: by mail where this installation sends mail, else by its administrator. */
export const ForgottenPasswordPage = () => {
  const { t } = useTranslation()
  const { data: platform, error } = useQuery(queries.platform)
  return (
    <SessionPage title={t('forgotten.title')} heading={t('forgotten.title')}>
      {platform === undefined && <SessionError error={error} />}
      {platform?.mail === false && <p className={classes.note}>{t('forgotten.ask')}</p>}
      {platform?.mail === true && <AskForMail />}
      <p className={classes.other}>
        <Link to="/sign-in">{t('forgotten.back')}</Link>
      </p>
    </SessionPage>
  )
}

const AskForMail = () => {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const [wasSent, setSent] = useState(false)
  const ask = useMutation({ mutationFn: accountGateway.askForReset })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (email.trim() !== '') ask.mutate(email.trim())
  }
  if (ask.isSuccess)
    return (
      <p className={classes.note} role="status">
        {t('forgotten.sent', { email: ask.variables })}
      </p>
    )
  return (
    <>
      <p className={classes.note}>{t('forgotten.text')}</p>
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput
          label={t('sign_in.email')}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          size="md"
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
          error={wasSent && email.trim() === '' ? t('sign_in.need_email') : null}
        />
        <SessionError error={ask.error} />
        <Button type="submit" size="md" loading={ask.isPending} fullWidth>
          {t('forgotten.submit')}
        </Button>
      </form>
    </>
  )
}
