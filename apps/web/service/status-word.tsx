import type { ServiceStatusWord } from '@parcela/contract'
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconHourglass,
  IconLoader2,
  IconMoonFilled,
  IconPlayerPauseFilled,
  IconTrash,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Tone } from './tone.tsx'

const looks: Record<
  ServiceStatusWord,
  { tone: 'ok' | 'busy' | 'bad' | 'rest'; Icon: typeof IconLoader2; spins?: true }
> = {
  pending_approval: { tone: 'busy', Icon: IconHourglass },
  queued: { tone: 'busy', Icon: IconLoader2, spins: true },
  building: { tone: 'busy', Icon: IconLoader2, spins: true },
  starting: { tone: 'busy', Icon: IconLoader2, spins: true },
  running: { tone: 'ok', Icon: IconCircleCheckFilled },
  updating: { tone: 'busy', Icon: IconLoader2, spins: true },
  stopped: { tone: 'rest', Icon: IconPlayerPauseFilled },
  sleeping: { tone: 'rest', Icon: IconMoonFilled },
  failed: { tone: 'bad', Icon: IconAlertTriangleFilled },
  deleting: { tone: 'rest', Icon: IconTrash },
}

/** A status by icon, word and colour. */
export const StatusWord = ({ status, isLarge = false }: { status: ServiceStatusWord; isLarge?: boolean }) => {
  const { t } = useTranslation()
  return (
    <Tone {...looks[status]} isLarge={isLarge} data-status={status}>
      {t(`status.${status}`)}
    </Tone>
  )
}
