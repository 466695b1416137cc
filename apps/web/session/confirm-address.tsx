import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'

/** Says that a mail is on its way, and sends another one where it is not found. */
export const ConfirmAddress = ({ email }: { email: string }) => {
  const { t } = useTranslation()
  const again = useMutation({ mutationFn: accountGateway.askForVerification })
  return (
    <SessionPage title={t('confirm_address.title')} heading={t('confirm_address.title')}>
      <p className={classes.note}>{t('confirm_address.text', { email })}</p>
      <div className={classes.form}>
        <Button variant="default" size="md" loading={again.isPending} onClick={() => again.mutate(email)}>
          {t('confirm_address.again')}
        </Button>
        <p role="status" className={classes.done}>
          {again.isSuccess && t('confirm_address.sent')}
        </p>
        <SessionError error={again.error} />
      </div>
      <p className={classes.other}>
        <Link to="/sign-in">{t('confirm_address.to_sign_in')}</Link>
      </p>
    </SessionPage>
  )
}
