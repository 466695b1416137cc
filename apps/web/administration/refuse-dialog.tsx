import { Button, Textarea } from '@mantine/core'
import type { ApprovalAnswer } from '@parcela/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './administration.module.css'
import { useDecision } from './use-decision.ts'

type Props = { approval: ApprovalAnswer; isOpen: boolean; onClose: () => void }

/** Says no, and why. */
export const RefuseDialog = ({ approval, isOpen, onClose }: Props) => {
  const { t } = useTranslation()
  const { refuse } = useDecision(approval.id)
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    refuse.mutate(reason, { onSuccess: onClose })
  }
  return (
    <Dialog title={t('approvals.refuse_title', { name: approval.service_name })} isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Textarea
          data-autofocus
          label={t('approvals.reason')}
          description={t('approvals.reason_hint', { who: approval.requested_by })}
          rows={3}
          maxLength={500}
          value={reason}
          onChange={event => {
            refuse.reset()
            setReason(event.currentTarget.value)
          }}
        />
        {refuse.isError && <RequestFailed title={t('service.failed_action')} error={refuse.error} />}
        <div className={classes.buttons}>
          <Button type="submit" color="red" loading={refuse.isPending} disabled={reason.trim() === ''}>
            {t('approvals.refuse')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
