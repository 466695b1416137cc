import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { ConfirmAddress } from './confirm-address.tsx'
import { NewAccountForm } from './new-account-form.tsx'
import classes from './session-page.module.css'
import { SessionPage } from './session-page.tsx'
import { useEnter } from './use-enter.ts'

export const SignUpPage = () => {
  const { t } = useTranslation()
  const enter = useEnter(undefined)
  const { data: platform } = useQuery(queries.platform)
  const [unconfirmed, setUnconfirmed] = useState<string>()
  if (unconfirmed !== undefined) return <ConfirmAddress email={unconfirmed} />
  return (
    <SessionPage title={t('sign_up.title')} heading={t('sign_up.heading')}>
      {platform !== undefined && platform.sign_up !== 'open' && (
        <p className={classes.note}>
          {t(platform.sign_up === 'invite' ? 'reason.sign_up_by_invitation' : 'reason.sign_up_closed')}
        </p>
      )}
      <NewAccountForm submit={t('sign_up.submit')} onDone={enter} onConfirm={setUnconfirmed} />
      <p className={classes.other}>
        {t('sign_up.have_account')} <Link to="/sign-in">{t('sign_in.submit')}</Link>
      </p>
    </SessionPage>
  )
}
