import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway, type SecondStep } from '../client/account.ts'
import { RequestError } from '../client/request-error.ts'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'

type Props = { onDone: () => void; onBack: () => void }

/** The code of the authenticator app, or one of the codes that were kept for when it is lost. */
export const SecondStepForm = ({ onDone, onBack }: Props) => {
  const { t } = useTranslation()
  const [kind, setKind] = useState<SecondStep['kind']>('app')
  const [code, setCode] = useState('')
  const [wasSent, setSent] = useState(false)
  const step = useMutation({ mutationFn: accountGateway.takeSecondStep, onSuccess: onDone })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (code.trim() !== '') step.mutate({ kind, code: kind === 'app' ? code.replace(/\s/g, '') : code.trim() })
  }
  const change = (): void => {
    step.reset()
    setCode('')
    setSent(false)
    setKind(kind === 'app' ? 'recovery' : 'app')
  }
  return (
    <>
      <p className={classes.note}>{t(`second_step.text_${kind}`)}</p>
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput
          key={kind}
          label={t(`second_step.label_${kind}`)}
          name="code"
          autoComplete={kind === 'app' ? 'one-time-code' : 'off'}
          inputMode={kind === 'app' ? 'numeric' : 'text'}
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          size="md"
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
          error={wasSent && code.trim() === '' ? t('second_step.need_code') : null}
        />
        <SessionError error={step.error} />
        <Button type="submit" size="md" loading={step.isPending} disabled={isOver(step.error)} fullWidth>
          {t('second_step.submit')}
        </Button>
      </form>
      <div className={classes.links}>
        <button type="button" onClick={change}>
          {t(kind === 'app' ? 'second_step.use_recovery' : 'second_step.use_app')}
        </button>
        <button type="button" onClick={onBack}>
          {t('second_step.back')}
        </button>
      </div>
    </>
  )
}

const over = new Set(['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'])

/** The password has to be given again first. */
const isOver = (error: Error | null): boolean =>
  error instanceof RequestError && over.has(String(error.details.reason ?? ''))
