import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'
import { useLinkToken } from './use-link-token.ts'

/**
 * Confirms an address by the link from a mail. Only at a click: a scanner that opens the links of mails must not confirm, in the name of its
 * reader, an account that a stranger made with their address.
 */
export const VerifyEmailPage = () => {
  const { t } = useTranslation()
  const token = useLinkToken()
  const verify = useMutation({ mutationFn: accountGateway.verifyEmail })
  if (verify.isSuccess)
    return (
      <SessionPage title={t('verify.done_title')} heading={t('verify.done_title')}>
        <p className={classes.note} role="status">
          {t('verify.done_text')}
        </p>
        <Button size="md" fullWidth renderRoot={props => <Link to="/sign-in" {...props} />}>
          {t('sign_in.submit')}
        </Button>
      </SessionPage>
    )
  return (
    <SessionPage title={t('verify.title')} heading={t('verify.title')}>
      <p className={classes.note}>{t(token === undefined ? 'verify.no_token' : 'verify.text')}</p>
      {token !== undefined && (
        <div className={classes.form}>
          <SessionError error={verify.error} />
          <Button size="md" loading={verify.isPending} onClick={() => verify.mutate(token)} fullWidth>
            {t('verify.submit')}
          </Button>
        </div>
      )}
      <p className={classes.other}>
        <Link to="/sign-in">{t('forgotten.back')}</Link>
      </p>
    </SessionPage>
  )
}
