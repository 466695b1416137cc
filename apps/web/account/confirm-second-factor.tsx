import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { CopyText } from '../frame/copy-text.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './account-page.module.css'
import { QrCode } from './qr-code.tsx'

type Props = { uri: string; onDone: () => void; onCancel: () => void }

/** Hands the secret to an authenticator app, and asks for a code of it: only then is it turned on. */
export const ConfirmSecondFactor = ({ uri, onDone, onCancel }: Props) => {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [wasSent, setSent] = useState(false)
  const confirm = useMutation({ mutationFn: accountGateway.takeSecondStep, onSuccess: onDone })
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const plain = code.replace(/\s/g, '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (plain !== '') confirm.mutate({ kind: 'app', code: plain })
  }
  return (
    <div className={classes.scan}>
      <QrCode text={uri} label={t('second_factor.qr')} />
      <form onSubmit={submit} noValidate>
        <ol>
          <li>{t('second_factor.step_scan')}</li>
          <li>{t('second_factor.step_code')}</li>
        </ol>
        <details>
          <summary>{t('second_factor.by_hand')}</summary>
          <CopyText text={secret} label={t('second_factor.copy_secret')} />
        </details>
        <TextInput
          label={t('second_step.label_app')}
          name="code"
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
          maw={220}
          value={code}
          onChange={event => {
            confirm.reset()
            setCode(event.currentTarget.value)
          }}
          error={wasSent && plain === '' ? t('second_step.need_code') : null}
        />
        {confirm.isError && <RequestFailed title={t('second_factor.failed')} error={confirm.error} />}
        <div className={classes.buttons}>
          <Button type="submit" loading={confirm.isPending}>
            {t('second_factor.turn_on')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </div>
  )
}
