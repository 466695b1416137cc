import { Button, NativeSelect, Skeleton } from '@mantine/core'
import { type ApprovalStatus, approvalStatus } from '@parcela/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationQueries } from '../client/administration.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './administration.module.css'
import { ApprovalCard } from './approval-card.tsx'

/** Requests for more than a plan gives by itself. */
export const ApprovalList = () => {
  const { t } = useTranslation()
  const [status, setStatus] = useState<ApprovalStatus | undefined>('pending')
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    administrationQueries.approvals(status),
  )
  const approvals = data?.pages.flatMap(page => page.items)
  return (
    <>
      <div className={classes.filters}>
        <NativeSelect
          aria-label={t('approvals.filter')}
          value={status ?? ''}
          onChange={event => setStatus(approvalStatus.options.find(known => known === event.currentTarget.value))}
          data={[
            ...approvalStatus.options.map(known => ({ value: known, label: t(`approvals.filter_${known}`) })),
            { value: '', label: t('approvals.filter_all') },
          ]}
        />
      </div>
      {approvals === undefined &&
        (error === null ? (
          <Skeleton height={180} radius="lg" />
        ) : (
          <RequestFailed title={t('approvals.failed')} error={error} onRetry={() => void refetch()} />
        ))}
      {approvals?.length === 0 && (
        <p className={classes.empty}>{t(status === 'pending' ? 'approvals.none_waiting' : 'approvals.none')}</p>
      )}
      {approvals !== undefined && approvals.length > 0 && (
        <ul className={classes.cards} aria-label={t('administration.approvals')}>
          {approvals.map(approval => (
            <li key={approval.id}>
              <ApprovalCard approval={approval} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('common.load_more')}
          </Button>
        </div>
      )}
    </>
  )
}
