import { Button, NativeSelect, Skeleton } from '@mantine/core'
import type { PlanAnswer, QuotaAnswer, QuotaResource, TeamAnswer } from '@parcela/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { teamQueries } from '../client/teams.ts'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useAmount } from '../teams/use-amount.ts'
import classes from './administration.module.css'
import { AmountInput } from './amount-input.tsx'
import { limitNames, limitUnits, type Override, toOverrideFields, toOverrides } from './limits.ts'
import { useLimitLabel } from './use-limit-label.ts'

type Props = { team: TeamAnswer; onClose: () => void }

/** Which plan a team has, and where its limits differ from it. */
export const TeamQuotaDialog = ({ team, onClose }: Props) => {
  const { t } = useTranslation()
  const quota = useQuery(teamQueries.quota(team.id))
  const plans = useQuery(administrationQueries.plans)
  const error = quota.error ?? plans.error
  return (
    <Dialog title={t('quota.change_title', { team: team.name })} isOpen onClose={onClose} isWide>
      {quota.data !== undefined && plans.data !== undefined ? (
        <QuotaForm team={team} quota={quota.data} plans={plans.data.items} onClose={onClose} />
      ) : error === null ? (
        <Skeleton height={280} radius="md" />
      ) : (
        <RequestFailed title={t('quota.failed')} error={error} />
      )}
    </Dialog>
  )
}

const QuotaForm = ({ team, quota, plans, onClose }: Props & { quota: QuotaAnswer; plans: readonly PlanAnswer[] }) => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [planId, setPlanId] = useState(quota.plan.id)
  const [fields, setFields] = useState(() => toOverrideFields(quota.overrides))
  const save = useMutation({
    mutationFn: () => administrationGateway.setQuota(team.id, { plan_id: planId, overrides: toOverrides(fields) }),
    onSuccess: async answer => {
      queryClient.setQueryData(teamQueries.quota(team.id).queryKey, answer)
      await queryClient.invalidateQueries({ queryKey: administrationQueries.plans.queryKey })
      onClose()
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <NativeSelect
        data-autofocus
        label={t('quota.plan')}
        value={planId}
        onChange={event => setPlanId(event.currentTarget.value)}
        data={plans.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <fieldset className={classes.group}>
        <legend>{t('quota.overrides')}</legend>
        <div className={classes.limits}>
          {limitNames.map(name => (
            <OverrideField
              key={name}
              name={name}
              plan={plans.find(({ id }) => id === planId)}
              value={fields[name]}
              onChange={next => setFields({ ...fields, [name]: next })}
            />
          ))}
        </div>
      </fieldset>
      <p>{t('quota.change_text')}</p>
      {save.isError && <RequestFailed title={t('service.failed_action')} error={save.error} />}
      <div className={classes.buttons}>
        <Button type="submit" loading={save.isPending}>
          {t('settings.save')}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}

type FieldProps = {
  name: QuotaResource
  plan: PlanAnswer | undefined
  value: Override
  onChange: (value: Override) => void
}

const kinds = ['plan', 'none', 'own'] as const

/** One limit: the plan's, none, or an own one. */
const OverrideField = ({ name, plan, value, onChange }: FieldProps) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const labelOf = useLimitLabel()
  const limit = plan?.limits[name] ?? null
  const planSays = limit === null ? t('quota.no_limit') : amountOf(name, limit)
  return (
    <div className={classes.limit} data-own={value.kind === 'own' || undefined}>
      <NativeSelect
        label={labelOf(name)}
        value={value.kind}
        onChange={event => {
          const kind = kinds.find(known => known === event.currentTarget.value) ?? 'plan'
          onChange({ kind, amount: kind === 'own' ? (limit ?? Number.NaN) : Number.NaN })
        }}
        data={[
          { value: 'plan', label: t('quota.as_plan', { amount: planSays }) },
          { value: 'none', label: t('quota.no_limit') },
          { value: 'own', label: t('quota.own_limit') },
        ]}
      />
      {value.kind === 'own' && (
        <AmountInput
          label={t('quota.limit') + (limitUnits[name] ?? '')}
          isFraction={name === 'cpus'}
          value={value.amount}
          onChange={amount => onChange({ kind: 'own', amount })}
        />
      )}
    </div>
  )
}
