import { Button, NativeSelect, Switch, TextInput } from '@mantine/core'
import type { PlanAnswer } from '@parcela/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { RequestError } from '../client/request-error.ts'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './administration.module.css'
import { AmountInput } from './amount-input.tsx'
import { limitNames, limitUnits, toFields, toLimits } from './limits.ts'
import { useLimitLabel } from './use-limit-label.ts'

type Props = {
  /** With an id it is changed, without one made. */
  plan: Pick<PlanAnswer, 'name' | 'limits' | 'self_service' | 'edge_class'> & { id?: string }
  onClose: () => void
}

const thresholds = ['ram_mb', 'cpus', 'storage_gb'] as const
const edgeClasses = ['small', 'standard', 'large'] as const

/** A plan's name, limits and what it gives without asking anybody. An empty number is without limit. */
export const PlanDialog = ({ plan, onClose }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const labelOf = useLimitLabel()
  const queryClient = useQueryClient()
  const [name, setName] = useState(plan.name)
  const [limits, setLimits] = useState(() => toFields(plan.limits))
  const [threshold, setThreshold] = useState(plan.self_service)
  const [edgeClass, setEdgeClass] = useState(plan.edge_class)
  const save = useMutation({
    mutationFn: () => {
      const fields = { name, limits: toLimits(limits), self_service: threshold, edge_class: edgeClass }
      return plan.id === undefined
        ? administrationGateway.createPlan(fields)
        : administrationGateway.updatePlan(plan.id, fields)
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: administrationQueries.plans.queryKey })
      void queryClient.invalidateQueries({ queryKey: ['team'] })
      onClose()
    },
  })
  const problems = save.error instanceof RequestError ? save.error.fields : {}
  const problemOf = (field: string): string | undefined =>
    problems[field] === undefined ? undefined : explainProblem(problems[field], language)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog
      title={plan.id === undefined ? t('plans.new') : t('plans.edit_title', { name: plan.name })}
      isOpen
      onClose={onClose}
      isWide
    >
      <form onSubmit={submit} noValidate>
        <TextInput
          data-autofocus
          label={t('plans.name')}
          autoComplete="off"
          maxLength={64}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          error={problemOf('name')}
        />
        <fieldset className={classes.group}>
          <legend>{t('plans.limits')}</legend>
          <div className={classes.limits}>
            {limitNames.map(limit => (
              <AmountInput
                key={limit}
                label={labelOf(limit) + (limitUnits[limit] ?? '')}
                placeholder={t('quota.no_limit')}
                isFraction={limit === 'cpus'}
                value={limits[limit]}
                onChange={next => setLimits({ ...limits, [limit]: next })}
                problem={problemOf(`limits.${limit}`)}
              />
            ))}
          </div>
        </fieldset>
        <fieldset className={classes.group}>
          <legend>{t('plans.threshold')}</legend>
          <div className={classes.amounts}>
            {thresholds.map(limit => (
              <AmountInput
                key={limit}
                label={t(`quota.${limit}`) + (limitUnits[limit] ?? '')}
                placeholder={t('plans.any_size')}
                isFraction={limit === 'cpus'}
                value={threshold[limit] ?? Number.NaN}
                onChange={next => setThreshold({ ...threshold, [limit]: Number.isNaN(next) ? null : next })}
                problem={problemOf(`self_service.${limit}`)}
              />
            ))}
          </div>
        </fieldset>
        <Switch
          label={t('plans.machines_free')}
          checked={threshold.machines}
          onChange={event => setThreshold({ ...threshold, machines: event.currentTarget.checked })}
        />
        <NativeSelect
          label={t('plans.edge_class')}
          description={t('plans.edge_class_text')}
          value={edgeClass}
          onChange={event =>
            setEdgeClass(edgeClasses.find(known => known === event.currentTarget.value) ?? plan.edge_class)
          }
          data={edgeClasses.map(known => ({ value: known, label: t(`plans.edge_class_${known}`) }))}
        />
        {save.isError && Object.keys(problems).length === 0 && (
          <RequestFailed title={t('service.failed_action')} error={save.error} />
        )}
        <div className={classes.buttons}>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
            {t('settings.save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
