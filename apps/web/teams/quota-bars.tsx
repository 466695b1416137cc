import type { QuotaAnswer } from '@parcela/contract'
import { useTranslation } from 'react-i18next'
import { AmountBar } from '../frame/amount-bar.tsx'
import classes from './teams.module.css'
import { useAmount } from './use-amount.ts'

type Counted = keyof QuotaAnswer['used']

export const countedResources: readonly Counted[] = [
  'services',
  'cpus',
  'ram_mb',
  'storage_gb',
  'machines',
  'uploads_per_day',
  'custom_domains',
]

type Props = {
  quota: Pick<QuotaAnswer, 'limits' | 'used'>
  /** Which bars, all where nothing is said. */
  resources?: readonly Counted[]
  /** What would come on top. */
  asked?: Partial<Record<Counted, number>>
}

/** What a team uses of what it may have, a bar each. */
export const QuotaBars = ({ quota: { limits, used }, resources = countedResources, asked = {} }: Props) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  return (
    <div className={classes.bars}>
      {resources.map(resource => {
        const allowed = limits[resource]
        const whole = used[resource] + Math.max(0, asked[resource] ?? 0)
        const words = { used: amountOf(resource, whole), allowed: amountOf(resource, allowed ?? 0) }
        return (
          <AmountBar
            key={resource}
            label={t(`quota.${resource}`)}
            text={allowed === null ? t('quota.without_limit', words) : t('quota.of', words)}
            used={used[resource]}
            asked={asked[resource] ?? 0}
            allowed={allowed}
          />
        )
      })}
    </div>
  )
}
