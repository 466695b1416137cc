import { Button, NativeSelect, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { AuditAnswer } from '@parcela/contract'
import { IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Page } from '../client/teams.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './activity.module.css'
import { type ActivityFilter, auditOutcomes, periods, toAsked } from './activity-filter.ts'
import { ActivityRow } from './activity-row.tsx'
import { objectOf } from './describe-action.ts'
import { useObjectNames } from './use-object-names.ts'

type Asked = Record<string, string | undefined>

type Props = {
  /** Names the trail that is read: all of it, or a team's. */
  trail: string
  read: (asked: Asked, cursor: string | null) => Promise<Page<AuditAnswer>>
  /** What else can be done with what the filter leaves. */
  children?: (asked: Asked) => ReactNode
}

const pauseMs = 300

/** Who did what, the newest first, with search and filters. */
export const ActivityList = ({ trail, read, children }: Props) => {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<ActivityFilter>({ search: '', outcome: '', period: 'any' })
  // Settled as one, so that a period begins at one moment and not at each keystroke.
  const [asked] = useDebouncedValue(useAsked(filter), pauseMs)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['activity', trail, asked],
    queryFn: ({ pageParam }) => read(asked, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  const nameOf = useObjectNames()
  const rows = data?.pages.flatMap(page => page.items)
  return (
    <>
      <search className={classes.filters}>
        <TextInput
          className={classes.search ?? ''}
          type="search"
          aria-label={t('activity.search')}
          placeholder={t('activity.search')}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={filter.search}
          maxLength={200}
          onChange={event => setFilter({ ...filter, search: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={t('activity.outcome')}
          value={filter.outcome}
          onChange={event => setFilter({ ...filter, outcome: event.currentTarget.value })}
          data={[
            { value: '', label: t('activity.outcome_any') },
            ...auditOutcomes.map(outcome => ({ value: outcome, label: t(`activity.outcome_${outcome}`) })),
          ]}
        />
        <NativeSelect
          aria-label={t('activity.period')}
          value={filter.period}
          onChange={event => {
            const period = periods.find(known => known === event.currentTarget.value)
            if (period !== undefined) setFilter({ ...filter, period })
          }}
          data={periods.map(period => ({ value: period, label: t(`activity.period_${period}`) }))}
        />
        {children?.(asked)}
      </search>
      {rows === undefined &&
        (error === null ? (
          <Skeleton height={260} radius="md" />
        ) : (
          <RequestFailed title={t('activity.failed')} error={error} onRetry={() => void refetch()} />
        ))}
      {rows?.length === 0 && <p className={classes.none}>{t('activity.none')}</p>}
      {rows !== undefined && rows.length > 0 && (
        <ol className={classes.list} aria-label={t('activity.list')}>
          {rows.map(row => (
            <ActivityRow key={row.seq} row={row} what={nameOf(objectOf(row))} />
          ))}
        </ol>
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

/** The filter as the server is asked, the same object while it stays the same. */
const useAsked = (filter: ActivityFilter): Asked => {
  const [last, setLast] = useState(() => ({ filter, asked: toAsked(filter, Date.now()) }))
  if (last.filter === filter) return last.asked
  const next = { filter, asked: toAsked(filter, Date.now()) }
  setLast(next)
  return next.asked
}
