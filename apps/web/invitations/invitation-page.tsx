import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountQueries } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { Moment } from '../frame/moment.tsx'
import { ConfirmAddress } from '../session/confirm-address.tsx'
import { NewAccountForm } from '../session/new-account-form.tsx'
import { OtherWays } from '../session/other-ways.tsx'
import { SessionError } from '../session/session-error.tsx'
import classes from '../session/session-page.module.css'
import { SessionPage } from '../session/session-page.tsx'
import { useEnter } from '../session/use-enter.ts'
import { AcceptInvitation } from './accept-invitation.tsx'
import { useInvitationToken } from './use-invitation-token.ts'

/** Where the link of an invitation leads: what it is for, and the way in, with an account or to one. */
export const InvitationPage = () => {
  const { t } = useTranslation()
  const { token, forget } = useInvitationToken()
  if (token === undefined)
    return (
      <SessionPage title={t('invitation.title')} heading={t('invitation.none_title')}>
        <p className={classes.note}>{t('invitation.none_text')}</p>
        <p className={classes.other}>
          <Link to="/">{t('frame.to_services')}</Link>
        </p>
      </SessionPage>
    )
  return <Invitation key={token} token={token} forget={forget} />
}

type Props = { token: string; forget: () => void }

const Invitation = ({ token, forget }: Props) => {
  const { t } = useTranslation()
  const { data: invitation, error, refetch } = useQuery(accountQueries.invitation(token))
  const me = useQuery({ ...queries.me, retry: false })
  const isStranger = me.error instanceof RequestError && me.error.code === 'unauthenticated'
  const [unconfirmed, setUnconfirmed] = useState<string>()
  if (unconfirmed !== undefined) return <ConfirmAddress email={unconfirmed} />
  if (error !== null && invitation === undefined) return <Unusable error={error} onRetry={() => void refetch()} />
  return (
    <SessionPage title={t('invitation.title')} heading={t('invitation.title')}>
      {invitation === undefined ? (
        <Skeleton height={96} radius="lg" mb={20} />
      ) : (
        <div className={classes.card}>
          <strong>{invitation.team_name}</strong>
          <span>{t(`invitation.role_${invitation.role}`)}</span>
          <span>
            {t('invitation.until')} <Moment time={invitation.expires_at} />
          </span>
        </div>
      )}
      {invitation !== undefined && me.data !== undefined && (
        <AcceptInvitation token={token} invitation={invitation} me={me.data} forget={forget} />
      )}
      {invitation !== undefined && isStranger && (
        <ComeIn token={token} email={invitation.email} forget={forget} onConfirm={setUnconfirmed} />
      )}
      {me.error !== null && !isStranger && <SessionError error={me.error} />}
    </SessionPage>
  )
}

/** It is used, withdrawn, out of time, or never was. */
const Unusable = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => {
  const { t } = useTranslation()
  const isFinal = error instanceof RequestError && ['conflict', 'not_found', 'invalid'].includes(error.code)
  const isUnknown = error instanceof RequestError && ['not_found', 'invalid'].includes(error.code)
  return (
    <SessionPage title={t('invitation.title')} heading={t('invitation.unusable')}>
      {isUnknown ? <p className={classes.note}>{t('invitation.unknown')}</p> : <SessionError error={error} />}
      {!isFinal && (
        <Button variant="default" mt={16} onClick={onRetry}>
          {t('common.try_again')}
        </Button>
      )}
      <p className={classes.other}>
        <Link to="/">{t('frame.to_services')}</Link>
      </p>
    </SessionPage>
  )
}

type ComeInProps = Props & { email: string | null; onConfirm: (email: string) => void }

/** For who is not signed in: a new account, or the one they have. */
const ComeIn = ({ token, email, forget, onConfirm }: ComeInProps) => {
  const { t } = useTranslation()
  const { data: platform } = useQuery(queries.platform)
  const enter = useEnter(undefined)
  const enterAgain = useEnter('/invitation')
  const finish = (after: () => void) => (): void => {
    forget()
    after()
  }
  return (
    <>
      {platform?.sign_up === 'closed' ? (
        <p className={classes.note}>{t('invitation.closed')}</p>
      ) : (
        <NewAccountForm
          submit={t('invitation.join')}
          invitation={{ token, email }}
          onDone={finish(enter)}
          onConfirm={address => finish(() => onConfirm(address))()}
        />
      )}
      <OtherWays next="/invitation" onDone={enterAgain} />
      <p className={classes.other}>
        {t('sign_up.have_account')}{' '}
        <Link to="/sign-in" search={{ next: '/invitation' }}>
          {t('sign_in.submit')}
        </Link>
      </p>
    </>
  )
}
