import type { QuotaResource } from '@parcela/contract'
import { useTranslation } from 'react-i18next'

/** What a limit is called where it is set: what is shown as today's use is a limit of each day. */
export const useLimitLabel = (): ((name: QuotaResource) => string) => {
  const { t } = useTranslation()
  return name => (name === 'uploads_per_day' ? t('plans.uploads_per_day') : t(`quota.${name}`))
}
