import { Button, Skeleton, Tabs } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isBusy, queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { DomainsTab } from '../domains/domains-tab.tsx'
import { DropOverlay } from '../files/drop-overlay.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { useWindowDrop } from '../files/use-window-drop.ts'
import { MessagePage } from '../frame/message-page.tsx'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useTitle } from '../frame/use-title.ts'
import { serviceTabs } from '../router.tsx'
import { TrafficTab } from '../traffic/traffic-tab.tsx'
import { LogsTab } from './logs-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PublishPanel } from './publish-panel.tsx'
import { ReleasesTab } from './releases-tab.tsx'
import { RunPanel } from './run-panel.tsx'
import { ServiceHeader } from './service-header.tsx'
import classes from './service-page.module.css'
import { SettingsTab } from './settings-tab.tsx'
import { useServiceEvents } from './use-service-events.ts'

const route = getRouteApi('/signed-in/services/$serviceId')

/** One site: its address, what is happening to it, its releases, logs and settings. */
export const ServicePage = () => {
  const { t } = useTranslation()
  const { serviceId } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const navigate = useNavigate()
  const [picked, setPicked] = useState<PickedFiles>()
  const { data: service, error, refetch } = useQuery(queries.service(serviceId))
  const { data: releasePages } = useInfiniteQuery(queries.releases(serviceId))
  const { runs, isConnected } = useServiceEvents(serviceId)
  const drop = useWindowDrop(setPicked)
  useTitle(service?.name ?? '')

  if (error instanceof RequestError && error.code === 'not_found')
    return service === undefined ? <NotFoundPage /> : <GonePage />
  if (service === undefined)
    return error === null ? (
      <LoadingService />
    ) : (
      <RequestFailed title={t('services.failed')} error={error} onRetry={() => void refetch()} />
    )

  const releases = releasePages?.pages.flatMap(page => page.items) ?? []
  const run = runs.at(-1)
  const runRelease = releases.find(({ id }) => id === run?.releaseId)
  const isFirstRun = runs.filter(({ releaseId }) => releaseId === run?.releaseId).length === 1
  return (
    <>
      <DropOverlay drop={drop} text={t('service.drop_over', { name: service.name })} />
      <nav className={classes.breadcrumb} aria-label={t('service.breadcrumb_label')}>
        <Link to="/">{t('service.breadcrumb')}</Link>
        <span aria-hidden="true">/</span>
        <span aria-current="page">{service.name}</span>
      </nav>
      <ServiceHeader service={service} releases={releases} isConnected={isConnected} onPick={setPicked} />
      {picked !== undefined && (
        <PublishPanel service={service} picked={picked} onPick={setPicked} onDone={() => setPicked(undefined)} />
      )}
      <RunPanel
        key={run?.id}
        run={run}
        reason={service.status_reason}
        isWorking={isBusy(service)}
        liveAfterMs={isFirstRun ? (runRelease?.live_after_ms ?? null) : null}
      />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={next => {
          const chosen = serviceTabs.find(known => known === next)
          if (chosen === undefined) return
          void navigate({
            to: '/services/$serviceId',
            params: { serviceId },
            search: chosen === 'overview' ? {} : { tab: chosen },
            resetScroll: false,
          })
        }}
      >
        <Tabs.List mb={24} aria-label={t('service.tabs')} className={classes.tabs}>
          {serviceTabs.map(name => (
            <Tabs.Tab key={name} value={name}>
              {t(`service.tab_${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <OverviewTab service={service} releases={releases} onPick={setPicked} />
        </Tabs.Panel>
        <Tabs.Panel value="releases">
          <ReleasesTab service={service} runs={runs} />
        </Tabs.Panel>
        <Tabs.Panel value="domains">
          <DomainsTab service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="traffic">
          <TrafficTab service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="logs">
          <LogsTab service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsTab service={service} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

/** It was here a moment ago: deleted by somebody else, or from another window. */
const GonePage = () => {
  const { t } = useTranslation()
  return (
    <MessagePage title={t('service.gone_title')} text={t('service.gone_text')}>
      <Button renderRoot={props => <Link to="/" {...props} />}>{t('frame.to_services')}</Button>
    </MessagePage>
  )
}

const LoadingService = () => {
  const { t } = useTranslation()
  return (
    <div aria-busy="true">
      <p className={classes.loading} role="status">
        {t('common.loading')}
      </p>
      <Skeleton height={14} width={50} mb={16} />
      <Skeleton height={30} width={220} mb={12} />
      <Skeleton height={40} width={420} maw="100%" mb={32} />
      <Skeleton height={48} mb={28} radius="lg" />
      <Skeleton height={200} radius="lg" />
    </div>
  )
}
