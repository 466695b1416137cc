import { Button, Skeleton } from '@mantine/core'
import { IconCircleCheckFilled } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway, accountQueries, type SecondFactor } from '../client/account.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './account-page.module.css'
import { AskPassword } from './ask-password.tsx'
import { ConfirmSecondFactor } from './confirm-second-factor.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

type View =
  | { kind: 'resting' }
  | { kind: 'asking'; aim: 'begin' | 'renew' | 'end' }
  | { kind: 'scanning'; factor: SecondFactor }
  | { kind: 'codes'; codes: readonly string[] }

/** A code of an app besides the password: turned on by showing that the app works, off by the password. */
export const SecondFactorSection = () => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const { data: isOn, error, refetch } = useQuery(accountQueries.secondFactor)
  const [view, setView] = useState<View>({ kind: 'resting' })
  const heading = useRef<HTMLHeadingElement>(null)
  const rest = (): void => {
    setView({ kind: 'resting' })
    heading.current?.focus()
  }
  const readAgain = () => queryClient.invalidateQueries({ queryKey: ['account'] })
  return (
    <section className={classes.section} aria-labelledby="second-factor">
      <h2 id="second-factor" ref={heading} tabIndex={-1}>
        {t('second_factor.heading')}
      </h2>
      <p>{t('second_factor.text')}</p>
      {isOn === undefined && error === null && <Skeleton height={36} width={180} mt={16} />}
      {isOn === undefined && error !== null && (
        <RequestFailed title={t('account.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {isOn !== undefined && view.kind === 'resting' && <Resting isOn={isOn} onAsk={setView} />}
      {view.kind === 'asking' && view.aim === 'begin' && (
        <AskPassword
          key="begin"
          submit={t('second_factor.begin')}
          act={accountGateway.beginSecondFactor}
          onDone={factor => setView({ kind: 'scanning', factor })}
          onCancel={rest}
        />
      )}
      {view.kind === 'scanning' && (
        <ConfirmSecondFactor
          uri={view.factor.totpURI}
          onDone={() => {
            setView({ kind: 'codes', codes: view.factor.backupCodes })
            void readAgain()
          }}
          onCancel={rest}
        />
      )}
      {view.kind === 'asking' && view.aim === 'renew' && (
        <AskPassword
          key="renew"
          text={t('second_factor.renew_text')}
          submit={t('second_factor.renew')}
          act={accountGateway.renewRecoveryCodes}
          onDone={({ backupCodes }) => setView({ kind: 'codes', codes: backupCodes })}
          onCancel={rest}
        />
      )}
      {view.kind === 'codes' && <RecoveryCodes codes={view.codes} onDone={rest} />}
      {view.kind === 'asking' && view.aim === 'end' && (
        <AskPassword
          key="end"
          text={t('second_factor.end_text')}
          submit={t('second_factor.end')}
          isDangerous
          act={accountGateway.endSecondFactor}
          onDone={() => {
            void readAgain()
            rest()
          }}
          onCancel={rest}
        />
      )}
    </section>
  )
}

const Resting = ({ isOn, onAsk }: { isOn: boolean; onAsk: (view: View) => void }) => {
  const { t } = useTranslation()
  if (!isOn)
    return (
      <div className={classes.buttons}>
        <Button onClick={() => onAsk({ kind: 'asking', aim: 'begin' })}>{t('second_factor.set_up')}</Button>
      </div>
    )
  return (
    <>
      <p className={classes.good}>
        <IconCircleCheckFilled size={18} aria-hidden /> {t('second_factor.on')}
      </p>
      <div className={classes.buttons}>
        <Button variant="default" onClick={() => onAsk({ kind: 'asking', aim: 'renew' })}>
          {t('second_factor.renew')}
        </Button>
        <Button variant="subtle" color="red" onClick={() => onAsk({ kind: 'asking', aim: 'end' })}>
          {t('second_factor.end')}
        </Button>
      </div>
    </>
  )
}
