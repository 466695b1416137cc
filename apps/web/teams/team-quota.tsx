import { Skeleton } from '@mantine/core'
import type { TeamAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { teamQueries } from '../client/teams.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { QuotaBars } from './quota-bars.tsx'
import classes from './teams.module.css'
import { useAmount } from './use-amount.ts'

/** What the team uses of what it may have, and what it gets without asking anybody. */
export const TeamQuota = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const { data: quota, error, refetch } = useQuery(teamQueries.quota(team.id))
  if (quota === undefined)
    return error === null ? (
      <Skeleton height={240} radius="lg" maw={920} />
    ) : (
      <RequestFailed title={t('quota.failed')} error={error} onRetry={() => void refetch()} />
    )
  const { self_service: threshold, name } = quota.plan
  const amounts = (['ram_mb', 'cpus', 'storage_gb'] as const).flatMap(resource => {
    const limit = threshold[resource]
    return limit === null ? [] : [amountOf(resource, limit)]
  })
  return (
    <div className={classes.page}>
      <Section title={t('quota.title')} text={t('quota.plan_text', { plan: name })}>
        <QuotaBars quota={quota} />
        {quota.limits.releases_kept !== null && (
          <p className={classes.empty}>{t('quota.releases_text', { count: quota.limits.releases_kept })}</p>
        )}
      </Section>
      <Section
        title={t('quota.threshold_title')}
        text={
          amounts.length === 0 ? t('quota.threshold_none') : t('quota.threshold_text', { amounts: amounts.join(' · ') })
        }
      />
    </div>
  )
}
