import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestFailed } from '../frame/request-failed.tsx'
import { PasswordField } from '../session/password-field.tsx'
import classes from './account-page.module.css'
import { useOtherSignIn } from './use-other-sign-in.ts'

type Props<T> = {
  text?: string
  submit: string
  isDangerous?: boolean
  act: (password: string) => Promise<T>
  onDone: (answer: T) => void
  onCancel: () => void
}

/** Asks for the password again before something that decides who gets in. */
export const AskPassword = <T,>({ text, submit, isDangerous = false, act, onDone, onCancel }: Props<T>) => {
  const { t } = useTranslation()
  const isOptional = useOtherSignIn()
  const [password, setPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  const ask = useMutation({ mutationFn: act, onSuccess: onDone })
  const send = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (password !== '' || isOptional) ask.mutate(password)
  }
  return (
    <form className={classes.form} onSubmit={send} noValidate>
      {text !== undefined && <p>{text}</p>}
      <PasswordField
        label={t('password.yours')}
        description={isOptional ? t('password.optional') : undefined}
        name="current-password"
        autoComplete="current-password"
        autoFocus
        value={password}
        onChange={event => {
          ask.reset()
          setPassword(event.currentTarget.value)
        }}
        error={wasSent && password === '' && !isOptional ? t('sign_in.need_password') : null}
      />
      {ask.isError && <RequestFailed title={t('service.failed_action')} error={ask.error} />}
      <div className={classes.buttons}>
        <Button type="submit" loading={ask.isPending} {...(isDangerous ? { color: 'red' } : {})}>
          {submit}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
