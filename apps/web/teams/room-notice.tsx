import type { QuotaAnswer } from '@parcela/contract'
import { IconAlertTriangle, IconHourglass } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Resources } from '../resources/named-sizes.ts'
import { QuotaBars } from './quota-bars.tsx'
import { findOverQuota, findOverThreshold } from './quota-check.ts'
import classes from './room-notice.module.css'

type Props = {
  quota: QuotaAnswer | undefined
  /** How much more than now; `services` is 1 for a new site. */
  more: Resources & { services: number }
  /** What the site would have in all. */
  wanted: Resources
}

const shown = ['services', 'ram_mb', 'cpus', 'storage_gb'] as const

/** What is left for a size: nothing to say, that it has to be approved, or that the team has no room for it. */
export const RoomNotice = ({ quota, more, wanted }: Props) => {
  const { t } = useTranslation()
  if (quota === undefined) return <p className={classes.left}>{t('common.loading')}</p>
  const lacking = findOverQuota(quota, more)
  const isGrowing = more.ram_mb > 0 || more.cpus > 0 || more.storage_gb > 0
  const over = isGrowing ? findOverThreshold(quota.plan.self_service, wanted) : []
  const isOver = lacking.length > 0
  return (
    <div className={classes.notice} role="status" data-tone={isOver ? 'bad' : over.length > 0 ? 'busy' : undefined}>
      {isOver && (
        <p>
          <IconAlertTriangle size={17} stroke={1.9} aria-hidden />
          <span>{t('quota.no_room')}</span>
        </p>
      )}
      {!isOver && over.length > 0 && (
        <p>
          <IconHourglass size={17} stroke={1.9} aria-hidden />
          <span>{t('quota.needs_approval')}</span>
        </p>
      )}
      {!isOver && over.length === 0 && <p>{t('quota.with_this')}</p>}
      <QuotaBars quota={quota} resources={isOver ? lacking : shown} asked={more} />
    </div>
  )
}
