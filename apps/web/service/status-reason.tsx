import { Button } from '@mantine/core'
import type { ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import { IconAlertTriangle, IconClockPause } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainReason, lastLinesOf } from '../language/explain-reason.ts'
import classes from './status-reason.module.css'
import { useServiceActions } from './use-service-actions.ts'

type Props = { service: ServiceAnswer; releases: readonly ReleaseAnswer[] }

/** Why a site is not as it was asked for: what happened, what the site said last, and where to go from here. */
export const StatusReason = ({ service, releases }: Props) => {
  const { t } = useTranslation()
  const { rollback } = useServiceActions(service)
  const { status_reason: reason, status } = service
  const hasFailed = status === 'failed'
  const wasRefused = reason?.reason === 'refused' && hasFailed
  if (reason === null && !hasFailed) return null
  const Icon = hasFailed ? IconAlertTriangle : IconClockPause
  const lines = reason === null ? undefined : lastLinesOf(reason)
  const wayBack = hasFailed ? findWayBack(service, releases) : undefined
  return (
    <div className={classes.reason} data-tone={hasFailed ? 'bad' : 'busy'} role={hasFailed ? 'alert' : 'status'}>
      <Icon size={20} stroke={1.8} aria-hidden />
      <div>
        <strong>{t(wasRefused ? 'approvals.refused_heading' : headingOf(service))}</strong>
        {reason !== null && <p>{explainReason(reason, t)}</p>}
        {lines !== undefined && (
          <>
            <p className={classes.caption}>{t('service.last_lines')}</p>
            <pre>{lines}</pre>
          </>
        )}
        {hasFailed && !wasRefused && (
          <div className={classes.buttons}>
            <Button
              variant="default"
              size="xs"
              renderRoot={props => (
                <Link
                  to="/services/$serviceId"
                  params={{ serviceId: service.id }}
                  search={{ tab: 'logs', ...(isBuild(reason?.step) && { log: 'build' as const }) }}
                  resetScroll={false}
                  {...props}
                />
              )}
            >
              {t('service.see_logs')}
            </Button>
            {wayBack !== undefined && (
              <Button
                variant="default"
                size="xs"
                loading={rollback.isPending}
                onClick={() => rollback.mutate(wayBack.id)}
              >
                {t('service.way_back', { number: wayBack.number })}
              </Button>
            )}
          </div>
        )}
        {rollback.isError && <RequestFailed title={t('service.failed_action')} error={rollback.error} />}
      </div>
    </div>
  )
}

const headingOf = ({ status, status_reason: reason, serving_release_id: serving }: ServiceAnswer) => {
  if (reason?.reason === 'needs_approval') return 'approvals.waiting_heading'
  if (reason?.reason === 'change_needs_approval') return 'approvals.change_waiting_heading'
  if (status !== 'failed') return 'status_text.retrying'
  return serving === null ? 'status_text.failed' : 'status_text.failed_serving'
}

const isBuild = (step: string | null | undefined): boolean => step === 'build-image' || step === 'build-base-image'

/** The latest release that once worked and is not the one that failed. */
const findWayBack = (service: ServiceAnswer, releases: readonly ReleaseAnswer[]): ReleaseAnswer | undefined =>
  releases.find(({ id, live_after_ms }) => live_after_ms !== null && id !== service.release_id)
