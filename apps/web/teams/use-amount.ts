import type { QuotaResource } from '@parcela/contract'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language/use-format.ts'

export type AmountOf = (resource: QuotaResource, amount: number) => string

/** An amount of something that teams are given, with its unit: `512 MiB`, `2 cores`, `3`. */
export const useAmount = (): AmountOf => {
  const { t } = useTranslation()
  const format = useFormat()
  return (resource, amount) => {
    if (resource === 'ram_mb') return format.ram(amount)
    if (resource === 'storage_gb') return `${format.number(amount)} GiB`
    return resource === 'cpus' ? t('create.cpus_value', { count: amount }) : format.number(amount)
  }
}
