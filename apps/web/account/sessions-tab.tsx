import { Skeleton } from '@mantine/core'
import type { SessionAnswer } from '@parcela/contract'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway, accountQueries } from '../client/account.ts'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './account-page.module.css'
import { AskFirst } from './ask-first.tsx'
import { describeDevice } from './describe-device.ts'

/** Where somebody is signed in, and the way to end it from here. */
export const SessionsTab = () => {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(accountQueries.sessions)
  const heading = useRef<HTMLHeadingElement>(null)
  const toHeading = (): void => heading.current?.focus()
  const endOthers = useEnding(accountGateway.deleteOtherSessions, toHeading)
  const sessions = [...(data?.items ?? [])].sort(byImportance)
  return (
    <div className={classes.sections}>
      <section className={classes.section} aria-labelledby="sessions">
        <h2 id="sessions" ref={heading} tabIndex={-1}>
          {t('sessions.heading')}
        </h2>
        <p>{t('sessions.text')}</p>
        {data === undefined && error === null && <Skeleton height={140} mt={16} radius="md" />}
        {data === undefined && error !== null && (
          <RequestFailed title={t('account.failed')} error={error} onRetry={() => void refetch()} />
        )}
        <ul className={classes.rows} aria-label={t('sessions.heading')}>
          {sessions.map(session => (
            <SessionRow key={session.id} session={session} onGone={toHeading} />
          ))}
        </ul>
        {sessions.length > 1 && (
          <div className={classes.foot}>
            <AskFirst
              variant="outline"
              action={t('sessions.end_others')}
              about={t('sessions.heading')}
              title={t('sessions.end_others_title')}
              text={t('sessions.end_others_text')}
              mutation={endOthers}
              onConfirm={() => endOthers.mutate()}
            />
          </div>
        )}
      </section>
    </div>
  )
}

/** Ends something; the list is read again, and the focus goes to its heading: what had it is gone. */
const useEnding = (act: () => Promise<unknown>, onGone: () => void) => {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: accountQueries.sessions.queryKey })
      onGone()
    },
  })
}

/** This one first, then the newest. */
const byImportance = (one: SessionAnswer, other: SessionAnswer): number =>
  Number(other.is_current) - Number(one.is_current) || Date.parse(other.created_at) - Date.parse(one.created_at)

const SessionRow = ({ session, onGone }: { session: SessionAnswer; onGone: () => void }) => {
  const { t } = useTranslation()
  const end = useEnding(() => accountGateway.deleteSession(session.id), onGone)
  const device = sayDevice(session.user_agent, t)
  const isPhone = /\b(Mobi|Android|iPhone|iPad)/.test(session.user_agent ?? '')
  const Icon = isPhone ? IconDeviceMobile : IconDeviceDesktop
  return (
    <li>
      <Icon size={22} stroke={1.5} aria-hidden className={classes.icon} />
      <div className={classes.what}>
        <strong title={session.user_agent ?? undefined}>{device}</strong>
        <span>
          {session.address !== null && <>{t('sessions.from', { address: session.address })} · </>}
          {t('sessions.since')} <Moment time={session.created_at} />
          {!session.is_current && <LastSeen time={session.seen_at} />}
        </span>
      </div>
      <div className={classes.acts}>
        {session.is_current ? (
          <em className={classes.current}>{t('sessions.current')}</em>
        ) : (
          <AskFirst
            action={t('sessions.end')}
            about={device}
            title={t('sessions.end_title', { device })}
            text={t('sessions.end_text')}
            mutation={end}
            onConfirm={() => end.mutate()}
          />
        )}
      </div>
    </li>
  )
}

const noteMs = 26 * 3_600_000

/** The server notes it once a day: what was seen within one is no closer known. */
const LastSeen = ({ time }: { time: string }) => {
  const { t } = useTranslation()
  if (Date.now() - Date.parse(time) < noteMs) return <> · {t('sessions.seen_lately')}</>
  return (
    <>
      {' '}
      · {t('sessions.seen')} <Moment time={time} />
    </>
  )
}

const sayDevice = (userAgent: string | null, t: TFunction): string => {
  const { browser, system } = describeDevice(userAgent ?? '')
  if (browser !== undefined && system !== undefined) return t('sessions.device', { browser, system })
  return browser ?? system ?? t('sessions.device_unknown')
}
