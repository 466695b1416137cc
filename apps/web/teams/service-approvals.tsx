import type { ApprovalAnswer, ServiceAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { teamQueries } from '../client/teams.ts'
import { Moment } from '../frame/moment.tsx'
import { Section } from '../frame/section.tsx'
import { ApprovalState } from './approval-state.tsx'
import classes from './service-approvals.module.css'
import { useAmount } from './use-amount.ts'

/** What was asked for a site beyond its plan, and what became of it; nothing where nothing was. */
export const ServiceApprovals = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const { data } = useQuery(teamQueries.serviceApprovals(service))
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title={t('approvals.of_service')}>
      <ul className={classes.approvals}>
        {data.items.map(approval => (
          <li key={approval.id}>
            <Asked approval={approval} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const Asked = ({ approval }: { approval: ApprovalAnswer }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const amounts = (['ram_mb', 'cpus', 'storage_gb'] as const).map(name => amountOf(name, approval.asked[name]))
  return (
    <>
      <span>
        {t('approvals.asked', { amount: amounts.join(' · ') })} <Moment time={approval.requested_at} />
      </span>
      <span className={classes.state}>
        <ApprovalState approval={approval} />
      </span>
    </>
  )
}
