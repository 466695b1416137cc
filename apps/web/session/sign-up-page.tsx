import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { gateway } from '../client/gateway.ts'
import { RequestError } from '../client/request-error.ts'
import type { Language } from '../language/choose-language.ts'
import { explainError } from '../language/explain-error.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'

const shortestPassword = 10

export const SignUpPage = () => {
  const { t } = useTranslation()
  const language = useLanguage()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [person, setPerson] = useState({ name: '', email: '', password: '' })
  const [wasSent, setSent] = useState(false)
  const signUp = useMutation({
    mutationFn: gateway.signUp,
    onSuccess: async () => {
      queryClient.clear()
      router.history.push('/')
    },
  })
  const problems = {
    name: person.name.trim() === '' ? t('sign_up.need_name') : null,
    email: /^\S+@\S+\.\S+$/.test(person.email.trim()) ? null : t('sign_up.need_email'),
    password: person.password.length < shortestPassword ? t('sign_up.short_password') : null,
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (Object.values(problems).every(problem => problem === null))
      signUp.mutate({ ...person, name: person.name.trim(), email: person.email.trim() })
  }
  const field = (name: keyof typeof person) => ({
    name,
    size: 'md' as const,
    value: person[name],
    error: wasSent ? problems[name] : null,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget
      setPerson(before => ({ ...before, [name]: value }))
    },
  })
  return (
    <SessionPage title={t('sign_up.title')} heading={t('sign_up.heading')}>
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput label={t('sign_up.name')} autoComplete="name" autoFocus {...field('name')} />
        <TextInput label={t('sign_in.email')} type="email" autoComplete="username" {...field('email')} />
        <PasswordInput
          label={t('sign_in.password')}
          description={t('sign_up.password_hint')}
          autoComplete="new-password"
          {...field('password')}
        />
        <div role="alert">
          {signUp.isError && <p className={classes.error}>{explain(signUp.error, t, language)}</p>}
        </div>
        <Button type="submit" size="md" loading={signUp.isPending} fullWidth>
          {t('sign_up.submit')}
        </Button>
      </form>
      <p className={classes.other}>
        {t('sign_up.have_account')} <Link to="/sign-in">{t('sign_in.submit')}</Link>
      </p>
    </SessionPage>
  )
}

const explain = (error: unknown, t: TFunction, language: Language): string => {
  const reason = error instanceof RequestError ? String(error.details.reason ?? '') : ''
  if (/closed|disabled|invite/i.test(reason)) return t('sign_up.closed')
  if (/exist/i.test(reason)) return t('sign_up.taken')
  return explainError(error, t, language)
}
