import { Button } from '@mantine/core'
import type { ApprovalAnswer } from '@parcela/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import { useAmount } from '../teams/use-amount.ts'
import classes from './administration.module.css'
import { AmountInput } from './amount-input.tsx'
import { useDecision } from './use-decision.ts'

type Props = { approval: ApprovalAnswer; isOpen: boolean; onClose: () => void }

const resources = ['ram_mb', 'cpus', 'storage_gb'] as const
const units = { ram_mb: ' (MiB)', cpus: '', storage_gb: ' (GiB)' }

/** Gives what was asked for, or less. */
export const ApproveDialog = ({ approval, isOpen, onClose }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const amountOf = useAmount()
  const { approve } = useDecision(approval.id)
  const [given, setGiven] = useState(approval.asked)
  const fields = approve.error instanceof RequestError ? approve.error.fields : {}
  const isComplete = resources.every(resource => !Number.isNaN(given[resource]))
  const isLess = resources.some(resource => given[resource] < approval.asked[resource])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    approve.mutate(given, { onSuccess: onClose })
  }
  return (
    <Dialog
      title={t('approvals.approve_title', { name: approval.service_name })}
      isOpen={isOpen}
      onClose={onClose}
      isWide
    >
      <p>{t('approvals.approve_text')}</p>
      <form onSubmit={submit} noValidate>
        <div className={classes.amounts}>
          {resources.map(resource => (
            <AmountInput
              key={resource}
              label={t(`quota.${resource}`) + units[resource]}
              description={t('approvals.asked', { amount: amountOf(resource, approval.asked[resource]) })}
              isFraction={resource === 'cpus'}
              value={given[resource]}
              onChange={next => {
                approve.reset()
                setGiven({ ...given, [resource]: next })
              }}
              problem={fields[resource] === undefined ? undefined : explainProblem(fields[resource], language)}
            />
          ))}
        </div>
        {approve.isError && Object.keys(fields).length === 0 && (
          <RequestFailed title={t('service.failed_action')} error={approve.error} />
        )}
        <div className={classes.buttons}>
          <Button type="submit" loading={approve.isPending} disabled={!isComplete}>
            {t(isLess ? 'approvals.approve_less' : 'approvals.approve')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
