import { SegmentedControl, Skeleton } from '@mantine/core'
import type { ServiceAnswer, TrafficAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nameQueries } from '../client/names.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useFormat } from '../language/use-format.ts'
import { TrafficChart } from './traffic-chart.tsx'
import classes from './traffic-tab.module.css'

const spans = { hour: 1, day: 24, week: 168, month: 720 } as const
type Span = keyof typeof spans
const spanNames = Object.keys(spans) as Span[]

/** Who came: how many, what they were answered, how long it took. */
export const TrafficTab = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const [span, setSpan] = useState<Span>('day')
  const { data, error, refetch } = useQuery(nameQueries.traffic(service.id, spans[span]))
  return (
    <div className={classes.traffic}>
      <SegmentedControl
        value={span}
        onChange={value => setSpan(value as Span)}
        aria-label={t('traffic.span')}
        data={spanNames.map(name => ({ value: name, label: t(`traffic.span_${name}`) }))}
      />
      {data !== undefined ? (
        <Figures traffic={data} />
      ) : error === null ? (
        <Skeleton height={280} radius="lg" />
      ) : (
        <RequestFailed title={t('traffic.failed')} error={error} onRetry={() => void refetch()} />
      )}
    </div>
  )
}

const Figures = ({ traffic }: { traffic: TrafficAnswer }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const { requests, bytes, p50_ms: p50, p95_ms: p95 } = traffic.total
  const count = sumOf(requests)
  if (count === 0) return <p className={classes.empty}>{t('traffic.empty')}</p>
  const problems = requests['5xx']
  return (
    <>
      <dl className={classes.facts}>
        <div>
          <dt>{t('traffic.requests')}</dt>
          <dd>{format.number(count)}</dd>
        </div>
        <div>
          <dt>{t('traffic.bytes')}</dt>
          <dd>{format.bytes(bytes)}</dd>
        </div>
        <div>
          <dt>{t('traffic.usual')}</dt>
          <dd>
            {p50 === null ? '–' : format.duration(p50)}
            {p95 !== null && <small>{t('traffic.slow', { time: format.duration(p95) })}</small>}
          </dd>
        </div>
        <div>
          <dt>{t('traffic.errors')}</dt>
          <dd>
            {format.number(problems)}
            <small>{t('traffic.not_found', { count: requests['4xx'] })}</small>
          </dd>
        </div>
      </dl>
      <TrafficChart traffic={traffic} />
    </>
  )
}

export const sumOf = (requests: TrafficAnswer['total']['requests']): number =>
  Object.values(requests).reduce((sum, one) => sum + one, 0)
