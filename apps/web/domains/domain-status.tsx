import type { DomainStatusWord } from '@parcela/contract'
import { IconAlertTriangleFilled, IconCircleCheckFilled, IconHourglass, IconLoader2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Tone } from '../service/tone.tsx'

const looks = {
  waiting_for_dns: { tone: 'busy', Icon: IconHourglass },
  issuing: { tone: 'busy', Icon: IconLoader2, spins: true },
  active: { tone: 'ok', Icon: IconCircleCheckFilled },
  failed: { tone: 'bad', Icon: IconAlertTriangleFilled },
} as const

/** How far a domain is, by icon, word and colour. */
export const DomainStatus = ({ status }: { status: DomainStatusWord }) => {
  const { t } = useTranslation()
  return <Tone {...looks[status]}>{t(`domains.status_${status}`)}</Tone>
}
