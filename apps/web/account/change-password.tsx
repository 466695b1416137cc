import { Button } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway, accountQueries } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { NewPasswordField, shortestPassword } from '../session/new-password-field.tsx'
import { PasswordField } from '../session/password-field.tsx'
import classes from './account-page.module.css'

const empty = { currentPassword: '', newPassword: '' }

/** Changes the password, which ends every other session. */
export const ChangePassword = () => {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(queries.me)
  const queryClient = useQueryClient()
  const [passwords, setPasswords] = useState(empty)
  const [wasSent, setSent] = useState(false)
  const change = useMutation({
    mutationFn: accountGateway.changePassword,
    onSuccess: async () => {
      setPasswords(empty)
      setSent(false)
      await queryClient.invalidateQueries({ queryKey: accountQueries.sessions.queryKey })
    },
  })
  const set = (part: Partial<typeof empty>): void => {
    change.reset()
    setPasswords(before => ({ ...before, ...part }))
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (passwords.currentPassword !== '' && passwords.newPassword.length >= shortestPassword) change.mutate(passwords)
  }
  return (
    <section className={classes.section}>
      <h2>{t('password.heading')}</h2>
      <p>{t('password.text')}</p>
      <form className={classes.form} onSubmit={submit} noValidate>
        {/* So that a password manager knows whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={me.email ?? me.username} readOnly hidden />
        <PasswordField
          label={t('password.current')}
          name="current-password"
          autoComplete="current-password"
          value={passwords.currentPassword}
          onChange={event => set({ currentPassword: event.currentTarget.value })}
          error={wasSent && passwords.currentPassword === '' ? t('sign_in.need_password') : null}
        />
        <NewPasswordField
          label={t('reset.password')}
          size="sm"
          value={passwords.newPassword}
          onChange={newPassword => set({ newPassword })}
          isChecked={wasSent}
        />
        {change.isError && <RequestFailed title={t('password.failed')} error={change.error} />}
        <div className={classes.buttons}>
          <Button type="submit" loading={change.isPending}>
            {t('password.submit')}
          </Button>
          <span role="status">{change.isSuccess && t('password.done')}</span>
        </div>
      </form>
    </section>
  )
}
