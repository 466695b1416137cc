import { Button } from '@mantine/core'
import type { ApprovalAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { teamQueries } from '../client/teams.ts'
import { Moment } from '../frame/moment.tsx'
import { Section } from '../frame/section.tsx'
import { ApprovalState } from '../teams/approval-state.tsx'
import { QuotaBars } from '../teams/quota-bars.tsx'
import { useAmount } from '../teams/use-amount.ts'
import classes from './administration.module.css'
import { ApproveDialog } from './approve-dialog.tsx'
import { RefuseDialog } from './refuse-dialog.tsx'

const resources = ['ram_mb', 'cpus', 'storage_gb'] as const

/** One request: what was asked for, what is too much of it, and the decision. */
export const ApprovalCard = ({ approval }: { approval: ApprovalAnswer }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const [deciding, setDeciding] = useState<'approve' | 'refuse'>()
  const { service_name: name, team_name: team, requested_by: who } = approval
  const isPending = approval.status === 'pending'
  return (
    <Section
      title={t(approval.kind === 'create' ? 'approvals.create_title' : 'approvals.change_title', { name })}
      text={
        <span className={classes.state}>
          <span>{t('approvals.asked_by', { who, team })}</span> <Moment time={approval.requested_at} />
          {!isPending && <ApprovalState approval={approval} />}
        </span>
      }
      actions={
        isPending && (
          <>
            <Button onClick={() => setDeciding('approve')}>{t('approvals.approve')}</Button>
            <Button variant="default" onClick={() => setDeciding('refuse')}>
              {t('approvals.refuse')}
            </Button>
          </>
        )
      }
    >
      <dl className={classes.facts}>
        {resources.map(resource => (
          <div key={resource}>
            <dt>{t(`quota.${resource}`)}</dt>
            <dd data-over={approval.over.includes(resource) || undefined}>
              {approval.current !== null && `${amountOf(resource, approval.current[resource])} → `}
              {amountOf(resource, approval.asked[resource])}
              {approval.over.includes(resource) && ` · ${t('approvals.above')}`}
            </dd>
          </div>
        ))}
        {approval.over.includes('machines') && (
          <div>
            <dt>{t('quota.machines')}</dt>
            <dd data-over>{t('approvals.any_machine')}</dd>
          </div>
        )}
      </dl>
      {isPending && <TeamUse approval={approval} />}
      <ApproveDialog approval={approval} isOpen={deciding === 'approve'} onClose={() => setDeciding(undefined)} />
      <RefuseDialog approval={approval} isOpen={deciding === 'refuse'} onClose={() => setDeciding(undefined)} />
    </Section>
  )
}

/** What the team has: what waits is reserved, and counted already. */
const TeamUse = ({ approval }: { approval: ApprovalAnswer }) => {
  const { t } = useTranslation()
  const { data: quota } = useQuery(teamQueries.quota(approval.team_id))
  if (quota === undefined) return null
  return (
    <>
      <p className={classes.reason}>{t('approvals.team_uses', { team: approval.team_name })}</p>
      <QuotaBars quota={quota} resources={resources} />
    </>
  )
}
