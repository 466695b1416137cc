import type { TrafficAnswer } from '@parcela/contract'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language/use-format.ts'
import { barsOf } from './bars.ts'
import classes from './traffic-tab.module.css'

const height = 160
const barWidth = 10
const gap = 3

/** Visits over time as bars, errors on top in another colour and named in words for who cannot see it. */
export const TrafficChart = ({ traffic }: { traffic: TrafficAnswer }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const bars = barsOf(traffic)
  const highest = Math.max(1, ...bars.map(({ good, bad }) => good + bad))
  const scale = (count: number): number => (count === 0 ? 0 : Math.max(2, (count / highest) * height))
  const width = bars.length * (barWidth + gap) - gap
  return (
    <figure className={classes.chart}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('traffic.chart')}>
        {bars.map(({ at, good, bad }, index) => (
          <g key={at} transform={`translate(${index * (barWidth + gap)} 0)`}>
            <title>{`${format.exact(at)}: ${t('traffic.bar', { count: good + bad, errors: format.number(bad) })}`}</title>
            <rect className={classes.ground} width={barWidth} height={height} />
            <rect className={classes.good} y={height - scale(good)} width={barWidth} height={scale(good)} />
            <rect className={classes.bad} y={height - scale(good) - scale(bad)} width={barWidth} height={scale(bad)} />
          </g>
        ))}
      </svg>
      <figcaption>
        <span>{format.exact(traffic.from)}</span>
        <span>{t('traffic.highest', { count: highest })}</span>
        <span>{format.exact(traffic.to)}</span>
      </figcaption>
    </figure>
  )
}
