import { Button, Skeleton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { DropOverlay } from '../files/drop-overlay.tsx'
import { useHandOver } from '../files/hand-over.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { useWindowDrop } from '../files/use-window-drop.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useTitle } from '../frame/use-title.ts'
import { EmptyServices } from './empty-services.tsx'
import { filterServices } from './filter-services.ts'
import { ServiceFilters } from './service-filters.tsx'
import { ServiceRow } from './service-row.tsx'
import classes from './services-page.module.css'

const route = getRouteApi('/signed-in/')

/** Home: everything that the person's teams run. A folder dropped anywhere here becomes a new site. */
export const ServicesPage = () => {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const handOver = useHandOver()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(queries.services)
  useTitle(t('services.title'))

  const publish = (files: PickedFiles): void => {
    handOver.give(files)
    void navigate({ to: '/new' })
  }
  const drop = useWindowDrop(publish)

  const services = data?.pages.flatMap(page => page.items)
  const shown = services && filterServices(services, search)

  return (
    <>
      <DropOverlay drop={drop} text={t('services.drop_over')} />
      <div className={classes.top}>
        <h1>{t('services.title')}</h1>
        <Button
          leftSection={<IconPlus size={17} stroke={2.2} aria-hidden />}
          renderRoot={props => <Link to="/new" {...props} />}
        >
          {t('services.new')}
        </Button>
      </div>
      {error !== null && services === undefined && (
        <RequestFailed title={t('services.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {services === undefined && error === null && <LoadingRows />}
      {services?.length === 0 && <EmptyServices onPick={publish} />}
      {services !== undefined && shown !== undefined && services.length > 0 && (
        <>
          <ServiceFilters search={search} />
          <ul className={classes.list} aria-label={t('services.list')}>
            {shown.map(service => (
              <ServiceRow key={service.id} service={service} />
            ))}
          </ul>
          <p className={classes.count} role="status">
            {shown.length === 0 ? t('services.none_found') : t('services.count', { count: shown.length })}
            {shown.length === 0 && (
              <Button variant="subtle" size="compact-sm" renderRoot={props => <Link to="/" {...props} />}>
                {t('services.clear')}
              </Button>
            )}
          </p>
          {hasNextPage && (
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('common.load_more')}
            </Button>
          )}
        </>
      )}
    </>
  )
}

const LoadingRows = () => {
  const { t } = useTranslation()
  return (
    <div aria-busy="true">
      <p className={classes.loading} role="status">
        {t('common.loading')}
      </p>
      <Skeleton height={36} width={320} maw="100%" mb={16} radius="md" />
      {[0, 1, 2].map(row => (
        <Skeleton key={row} height={76} mb={1} radius="md" />
      ))}
    </div>
  )
}
