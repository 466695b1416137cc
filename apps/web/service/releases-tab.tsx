import { Button, Skeleton } from '@mantine/core'
import type { ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import { IconCircleCheckFilled, IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainReason } from '../language/explain-reason.ts'
import { useFormat } from '../language/use-format.ts'
import type { Run } from './collect-runs.ts'
import classes from './releases-tab.module.css'
import { RunTimeline } from './run-timeline.tsx'
import { useServiceActions } from './use-service-actions.ts'

type Props = { service: ServiceAnswer; runs: readonly Run[] }

/** The history of a site, with the way back to any release that once served. */
export const ReleasesTab = ({ service, runs }: Props) => {
  const { t } = useTranslation()
  const { rollback } = useServiceActions(service)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    queries.releases(service.id),
  )
  const releases = data?.pages.flatMap(page => page.items)
  if (releases === undefined)
    return error === null ? (
      <Skeleton height={160} radius="lg" />
    ) : (
      <RequestFailed title={t('release.failed')} error={error} onRetry={() => void refetch()} />
    )
  if (releases.length === 0) return <p className={classes.empty}>{t('release.empty')}</p>
  return (
    <>
      {rollback.isError && <RequestFailed title={t('service.failed_action')} error={rollback.error} />}
      <ol className={classes.list} aria-label={t('release.list')}>
        {releases.map(release => (
          <ReleaseRow
            key={release.id}
            release={release}
            service={service}
            run={runs.find(({ releaseId }) => releaseId === release.id)}
            isRollingBack={rollback.isPending && rollback.variables === release.id}
            onRollback={() => rollback.mutate(release.id)}
          />
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" mt={16} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('common.load_more')}
        </Button>
      )}
    </>
  )
}

type RowProps = {
  release: ReleaseAnswer
  service: ServiceAnswer
  run: Run | undefined
  isRollingBack: boolean
  onRollback: () => void
}

const ReleaseRow = ({ release, service, run, isRollingBack, onRollback }: RowProps) => {
  const { t } = useTranslation()
  const format = useFormat()
  const isServing = release.id === service.serving_release_id
  const canReturn = release.live_after_ms !== null && release.id !== service.release_id && service.status !== 'deleting'
  return (
    <li className={classes.release}>
      <div className={classes.head}>
        <div>
          <h2>{t('release.number', { number: release.number })}</h2>
          {isServing ? (
            <span className={classes.serving}>
              <IconCircleCheckFilled size={15} aria-hidden /> {t('release.serving')}
            </span>
          ) : (
            <span data-status={release.status}>{t(`release.status_${release.status}`)}</span>
          )}
        </div>
        {canReturn && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconHistory size={15} stroke={1.8} aria-hidden />}
            loading={isRollingBack}
            onClick={onRollback}
            aria-label={`${t('release.roll_back')}: ${t('release.number', { number: release.number })}`}
          >
            {t('release.roll_back')}
          </Button>
        )}
      </div>
      <p className={classes.facts}>
        <Moment time={release.created_at} />
        <span>{t('release.by', { who: release.username })}</span>
        <span>
          {t('files.chosen', {
            files: t('common.files', { count: release.files_count }),
            size: format.bytes(release.files_bytes),
          })}
        </span>
        {release.live_after_ms !== null && (
          <span>{t('release.live_after', { time: format.wait(release.live_after_ms) })}</span>
        )}
      </p>
      {release.status_reason !== null && <p className={classes.reason}>{explainReason(release.status_reason, t)}</p>}
      {run !== undefined && (
        <details>
          <summary>{t('run.show')}</summary>
          <RunTimeline run={run} label={t('run.past', { number: release.number })} reason={release.status_reason} />
        </details>
      )}
    </li>
  )
}
