import { Button, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { PasswordField } from '../session/password-field.tsx'
import classes from './account-page.module.css'
import { useOtherSignIn } from './use-other-sign-in.ts'

/** The end of an account: says what dies and what stays, and asks for the own username. */
export const EraseAccount = () => {
  const { t } = useTranslation()
  const [isOpen, { open, close }] = useDisclosure(false)
  return (
    <section className={classes.section} data-danger="true">
      <h2>{t('data.erase')}</h2>
      <p>{t('data.erase_text')}</p>
      <div className={classes.buttons}>
        <Button color="red" variant="outline" onClick={open}>
          {t('data.erase_button')}
        </Button>
      </div>
      <Dialog title={t('data.erase_title')} isOpen={isOpen} onClose={close}>
        <EraseForm onCancel={close} />
      </Dialog>
    </section>
  )
}

const EraseForm = ({ onCancel }: { onCancel: () => void }) => {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(queries.me)
  const leave = useLeave()
  const hasOther = useOtherSignIn()
  const [typed, setTyped] = useState('')
  const [password, setPassword] = useState('')
  const erase = useMutation({ mutationFn: accountGateway.eraseMe, onSuccess: () => leave('/sign-in') })
  const signOut = useMutation({
    mutationFn: accountGateway.signOut,
    onSuccess: () => leave('/sign-in?next=%2Faccount%3Ftab%3Ddata'),
  })
  const isConfirmed = typed.trim() === me.username && (password !== '' || hasOther)
  const isStale = erase.error instanceof RequestError && erase.error.details.reason === 'sign_in_again'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isConfirmed) erase.mutate({ username: me.username, password })
  }
  return (
    <form onSubmit={submit} noValidate>
      <ul className={classes.consequences}>
        <li>{t('data.erase_own')}</li>
        <li>{t('data.erase_teams')}</li>
        <li>{t('data.erase_final')}</li>
      </ul>
      <TextInput
        data-autofocus
        label={t('data.erase_type', { name: me.username })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
      />
      <PasswordField
        label={t('password.yours')}
        description={hasOther ? t('password.optional') : undefined}
        name="current-password"
        autoComplete="current-password"
        value={password}
        onChange={event => setPassword(event.currentTarget.value)}
      />
      {erase.isError && <RequestFailed title={t('data.erase_failed')} error={erase.error} />}
      <div className={classes.buttons} data-end="true">
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        {isStale ? (
          <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('data.sign_in_again')}
          </Button>
        ) : (
          <Button type="submit" color="red" loading={erase.isPending} disabled={!isConfirmed}>
            {t('data.erase_confirm')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** Goes to a page before the sign-in, with nothing kept of what was seen. */
const useLeave = () => {
  const queryClient = useQueryClient()
  const router = useRouter()
  return (address: string): void => {
    queryClient.clear()
    router.history.push(address)
  }
}
