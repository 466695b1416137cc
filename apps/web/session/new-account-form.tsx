import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { NewPasswordField, shortestPassword } from './new-password-field.tsx'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'

type Props = {
  submit: string
  /** Of an invitation, which lets people in where sign-up is not open to everybody. */
  invitation?: { token: string; email: string | null }
  onDone: () => void
  /** The account is made; the address is to be confirmed before the first sign-in. */
  onConfirm: (email: string) => void
}

/** Name, address and password of somebody new. */
export const NewAccountForm = ({ submit: submitWord, invitation, onDone, onConfirm }: Props) => {
  const { t } = useTranslation()
  const [person, setPerson] = useState({ name: '', email: invitation?.email ?? '', password: '' })
  const [wasSent, setSent] = useState(false)
  const isBound = invitation !== undefined && invitation.email !== null
  const signUp = useMutation({
    mutationFn: async () => {
      const { password } = person
      const [name, email] = [person.name.trim(), person.email.trim()]
      const asked = { name, email, password, ...(invitation === undefined ? {} : { invitation: invitation.token }) }
      const { token } = await accountGateway.signUp(asked)
      // Who was invited at their address has shown that it is theirs.
      if (token === null && isBound) await accountGateway.signIn({ email, password })
      return { email, isIn: token !== null || isBound }
    },
    onSuccess: ({ email, isIn }) => (isIn ? onDone() : onConfirm(email)),
  })
  const problems = {
    name: person.name.trim() === '' ? t('sign_up.need_name') : null,
    email: /^\S+@\S+\.\S+$/.test(person.email.trim()) ? null : t('sign_up.need_email'),
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    const isComplete = problems.name === null && problems.email === null && person.password.length >= shortestPassword
    if (isComplete) signUp.mutate()
  }
  const set = (part: Partial<typeof person>): void => setPerson(before => ({ ...before, ...part }))
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        label={t('sign_up.name')}
        name="name"
        autoComplete="name"
        autoFocus
        size="md"
        value={person.name}
        onChange={event => set({ name: event.currentTarget.value })}
        error={wasSent ? problems.name : null}
      />
      <TextInput
        label={t('sign_in.email')}
        description={isBound ? t('invitation.bound') : undefined}
        type="email"
        name="email"
        autoComplete="username"
        size="md"
        readOnly={isBound}
        value={person.email}
        onChange={event => set({ email: event.currentTarget.value })}
        error={wasSent ? problems.email : null}
      />
      <NewPasswordField
        label={t('sign_in.password')}
        value={person.password}
        onChange={password => set({ password })}
        isChecked={wasSent}
      />
      <SessionError error={signUp.error} />
      <Button type="submit" size="md" loading={signUp.isPending} fullWidth>
        {submitWord}
      </Button>
    </form>
  )
}
