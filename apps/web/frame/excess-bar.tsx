import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { useFormat } from '../language/use-format.ts'
import { AmountBar } from './amount-bar.tsx'

/** Where a refusal says what is used, asked and allowed: the same as a picture. */
export const ExcessBar = ({ error }: { error: unknown }) => {
  const { t } = useTranslation()
  const format = useFormat()
  if (!(error instanceof RequestError)) return null
  const { used, asked, allowed } = error.details
  if (typeof used !== 'number' || typeof asked !== 'number' || typeof allowed !== 'number') return null
  const words = { used: format.number(used), asked: format.number(asked), allowed: format.number(allowed) }
  return <AmountBar label={t('quota.excess')} text={t('quota.excess_of', words)} {...{ used, asked, allowed }} />
}
