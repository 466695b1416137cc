import type { ApprovalAnswer } from '@parcela/contract'
import { IconAlertTriangleFilled, IconArrowBackUp, IconCircleCheckFilled, IconHourglass } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Tone } from '../service/tone.tsx'
import { useAmount } from './use-amount.ts'

const looks = {
  pending: { tone: 'busy', Icon: IconHourglass },
  approved: { tone: 'ok', Icon: IconCircleCheckFilled },
  refused: { tone: 'bad', Icon: IconAlertTriangleFilled },
  withdrawn: { tone: 'rest', Icon: IconArrowBackUp },
} as const

/** What became of a request, by whom, and with what. */
export const ApprovalState = ({ approval }: { approval: ApprovalAnswer }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const { status, given, asked, decided_by: who, reason } = approval
  const less =
    given === null ? [] : (['ram_mb', 'cpus', 'storage_gb'] as const).filter(name => given[name] < asked[name])
  return (
    <>
      <Tone {...looks[status]}>{t(less.length > 0 ? 'approvals.status_less' : `approvals.status_${status}`)}</Tone>{' '}
      {given !== null && less.length > 0 && <span>{less.map(name => amountOf(name, given[name])).join(' · ')} </span>}
      {who !== null && <span>{t('approvals.decided_by', { who })} </span>}
      {reason !== null && <span>{t('approvals.because', { reason })}</span>}
    </>
  )
}
