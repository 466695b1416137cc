import { Button, Skeleton } from '@mantine/core'
import type { PlanAnswer } from '@parcela/contract'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { Question } from '../frame/question.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { useAmount } from '../teams/use-amount.ts'
import classes from './administration.module.css'
import { emptyPlan, limitNames } from './limits.ts'
import { PlanDialog } from './plan-dialog.tsx'
import { useLimitLabel } from './use-limit-label.ts'

/** Named sets of limits. */
export const PlanList = () => {
  const { t } = useTranslation()
  const [isMaking, setMaking] = useState(false)
  const { data, error, refetch } = useQuery(administrationQueries.plans)
  if (data === undefined)
    return error === null ? (
      <Skeleton height={260} radius="lg" />
    ) : (
      <RequestFailed title={t('plans.failed')} error={error} onRetry={() => void refetch()} />
    )
  return (
    <>
      <div>
        <Button leftSection={<IconPlus size={17} stroke={2.2} aria-hidden />} onClick={() => setMaking(true)}>
          {t('plans.new')}
        </Button>
      </div>
      <ul className={classes.cards} aria-label={t('administration.plans')}>
        {data.items.map(plan => (
          <li key={plan.id}>
            <PlanCard plan={plan} />
          </li>
        ))}
      </ul>
      {isMaking && <PlanDialog plan={emptyPlan} onClose={() => setMaking(false)} />}
    </>
  )
}

const PlanCard = ({ plan }: { plan: PlanAnswer }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const labelOf = useLimitLabel()
  const queryClient = useQueryClient()
  const [doing, setDoing] = useState<'edit' | 'delete'>()
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: administrationQueries.plans.queryKey })
  const choose = useMutation({
    mutationFn: () => administrationGateway.updatePlan(plan.id, { is_default: true }),
    onSuccess,
  })
  const remove = useMutation({ mutationFn: () => administrationGateway.deletePlan(plan.id), onSuccess })
  const threshold = (['ram_mb', 'cpus', 'storage_gb'] as const).flatMap(name => {
    const limit = plan.self_service[name]
    return limit === null ? [] : [amountOf(name, limit)]
  })
  return (
    <Section
      title={plan.name}
      text={
        <span className={classes.state}>
          <span>{t('plans.teams', { count: plan.teams })}</span>
          {plan.is_default && <strong>{t('plans.is_default')}</strong>}
        </span>
      }
      actions={
        <>
          <Button
            variant="default"
            size="xs"
            onClick={() => setDoing('edit')}
            aria-label={`${t('plans.edit')}: ${plan.name}`}
          >
            {t('plans.edit')}
          </Button>
          {!plan.is_default && (
            <>
              <Button
                variant="default"
                size="xs"
                loading={choose.isPending}
                onClick={() => choose.mutate()}
                aria-label={`${t('plans.make_default')}: ${plan.name}`}
              >
                {t('plans.make_default')}
              </Button>
              <Button
                variant="subtle"
                color="red"
                size="xs"
                onClick={() => {
                  remove.reset()
                  setDoing('delete')
                }}
                aria-label={`${t('plans.delete')}: ${plan.name}`}
              >
                {t('plans.delete')}
              </Button>
            </>
          )}
        </>
      }
    >
      <dl className={classes.facts}>
        {limitNames.map(name => {
          const limit = plan.limits[name]
          return (
            <div key={name}>
              <dt>{labelOf(name)}</dt>
              <dd>{limit === null ? t('quota.no_limit') : amountOf(name, limit)}</dd>
            </div>
          )
        })}
        <div>
          <dt>{t('plans.without_asking')}</dt>
          <dd>{threshold.length === 0 ? t('plans.any_size') : threshold.join(' · ')}</dd>
        </div>
        <div>
          <dt>{t('plans.machines_need')}</dt>
          <dd>{t(plan.self_service.machines ? 'plans.no' : 'plans.yes')}</dd>
        </div>
        <div>
          <dt>{t('plans.edge_class')}</dt>
          <dd>{t(`plans.edge_class_${plan.edge_class}`)}</dd>
        </div>
      </dl>
      {choose.isError && <RequestFailed title={t('service.failed_action')} error={choose.error} />}
      {doing === 'edit' && <PlanDialog plan={plan} onClose={() => setDoing(undefined)} />}
      <Question
        title={t('plans.delete_question', { name: plan.name })}
        text={t('plans.delete_text')}
        action={t('plans.delete')}
        isOpen={doing === 'delete'}
        onClose={() => setDoing(undefined)}
        onConfirm={() => remove.mutate()}
        mutation={remove}
      />
    </Section>
  )
}
