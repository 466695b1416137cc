import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { explainReturn } from './explain-return.ts'
import { OtherWays } from './other-ways.tsx'
import { PasswordField } from './password-field.tsx'
import { SecondStepForm } from './second-step-form.tsx'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'
import { useEnter } from './use-enter.ts'

const route = getRouteApi('/sign-in')

export const SignInPage = () => {
  const { t } = useTranslation()
  const { next } = route.useSearch()
  const enter = useEnter(next)
  const [isHalfway, setHalfway] = useState(false)
  if (isHalfway)
    return (
      <SessionPage title={t('second_step.title')} heading={t('second_step.heading')}>
        <SecondStepForm onDone={enter} onBack={() => setHalfway(false)} />
      </SessionPage>
    )
  return (
    <SessionPage title={t('sign_in.title')} heading={t('sign_in.heading')}>
      <ReturnNote />
      <PasswordForm onDone={enter} onHalfway={() => setHalfway(true)} />
      <OtherWays next={next} onDone={enter} />
      <NoAccount />
    </SessionPage>
  )
}

/** Why the person is here: their session ended, or the other provider sent them back. */
const ReturnNote = () => {
  const { t } = useTranslation()
  const { next, error } = route.useSearch()
  const { data: platform } = useQuery(queries.platform)
  if (error !== undefined)
    return (
      <p className={classes.error} data-alone="true" role="alert">
        {explainReturn(error, t, platform?.open_id?.name)}
      </p>
    )
  if (next === undefined) return null
  return <p className={classes.note}>{t(next.startsWith('/invitation') ? 'sign_in.invited' : 'sign_in.expired')}</p>
}

const PasswordForm = ({ onDone, onHalfway }: { onDone: () => void; onHalfway: () => void }) => {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  const signIn = useMutation({
    mutationFn: accountGateway.signIn,
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect === true ? onHalfway() : onDone()),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (email.trim() !== '' && password !== '') signIn.mutate({ email: email.trim(), password })
  }
  return (
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
      <div>
        <PasswordField
          label={t('sign_in.password')}
          name="password"
          autoComplete="current-password"
          size="md"
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          error={wasSent && password === '' ? t('sign_in.need_password') : null}
        />
        <p className={classes.beside}>
          <Link to="/forgotten-password">{t('sign_in.forgotten')}</Link>
        </p>
      </div>
      <SessionError error={signIn.error} />
      <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
        {t('sign_in.submit')}
      </Button>
    </form>
  )
}

/** The way to an account: by oneself where this installation lets people, else whom to ask. */
const NoAccount = () => {
  const { t } = useTranslation()
  const { data: platform } = useQuery(queries.platform)
  if (platform === undefined) return <p className={classes.other}>&nbsp;</p>
  if (platform.sign_up !== 'open') return <p className={classes.other}>{t('sign_in.ask')}</p>
  return (
    <p className={classes.other}>
      {t('sign_in.no_account')} <Link to="/sign-up">{t('sign_in.create')}</Link>
    </p>
  )
}
