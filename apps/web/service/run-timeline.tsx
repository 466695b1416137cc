import { IconCheck, IconLoader2, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/moment.tsx'
import { useFormat } from '../language/use-format.ts'
import { endOf, type Run, type Step, startOf } from './collect-runs.ts'
import classes from './run-timeline.module.css'
import { useStepName } from './use-step-name.ts'

const icons = { running: IconLoader2, done: IconCheck, failed: IconX }
const tickMs = 50
const hourMs = 3_600_000

/** The steps of a run as a small waterfall: what, when within the run, how long. */
export const RunTimeline = ({ run, label }: { run: Run; label: string }) => {
  const isTicking = run.steps.some(step => step.status === 'running')
  const now = useNow(isTicking ? tickMs : hourMs)
  const start = startOf(run)
  const span = Math.max(1, endOf(run, now) - start)
  return (
    <ol className={classes.timeline} aria-label={label}>
      {run.steps.map(step => (
        <StepLine key={`${step.step} ${step.startedMs}`} step={step} start={start} span={span} now={now} />
      ))}
    </ol>
  )
}

const StepLine = ({ step, start, span, now }: { step: Step; start: number; span: number; now: number }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useStepName()
  const Icon = icons[step.status]
  const end = step.finishedMs ?? Math.max(now, step.startedMs)
  return (
    <li className={classes.step} data-status={step.status}>
      <Icon size={16} stroke={2.4} role="img" aria-label={t(`run.state_${step.status}`)} />
      <span className={classes.name}>{nameOf(step.step)}</span>
      <span className={classes.track} aria-hidden="true">
        <span
          style={{
            left: `${((step.startedMs - start) / span) * 100}%`,
            width: `${((end - step.startedMs) / span) * 100}%`,
          }}
        />
      </span>
      <span className={classes.time}>{format.duration(end - step.startedMs)}</span>
      {step.message !== null && step.status === 'failed' && <p>{step.message}</p>}
    </li>
  )
}
