import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { gateway } from '../client/gateway.ts'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import type { Language } from '../language/choose-language.ts'
import { explainError } from '../language/explain-error.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'

const route = getRouteApi('/sign-in')

export const SignInPage = () => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { next } = route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  const signIn = useMutation({
    mutationFn: gateway.signIn,
    onSuccess: async () => {
      queryClient.clear()
      router.history.push(isOwnAddress(next) ? next : '/')
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (email.trim() !== '' && password !== '') signIn.mutate({ email: email.trim(), password })
  }
  return (
    <SessionPage title={t('sign_in.title')} heading={t('sign_in.heading')}>
      {next !== undefined && <p className={classes.note}>{t('sign_in.expired')}</p>}
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
        <PasswordInput
          label={t('sign_in.password')}
          name="password"
          autoComplete="current-password"
          size="md"
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          error={wasSent && password === '' ? t('sign_in.need_password') : null}
        />
        <div role="alert">
          {signIn.isError && <p className={classes.error}>{explain(signIn.error, t, language)}</p>}
        </div>
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
          {t('sign_in.submit')}
        </Button>
      </form>
      <NoAccount />
    </SessionPage>
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

const explain = (error: unknown, t: TFunction, language: Language): string =>
  error instanceof RequestError && (error.code === 'unauthenticated' || error.code === 'invalid')
    ? t('sign_in.wrong')
    : explainError(error, t, language)

/** Only paths of this page: an address elsewhere in `next` would make the sign-in a tool for phishing. */
const isOwnAddress = (next: string | undefined): next is string => next !== undefined && /^\/(?![/\\])/.test(next)
