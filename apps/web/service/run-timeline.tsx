import type { StatusReason } from '@parcela/contract'
import { IconCheck, IconLoader2, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/moment.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { explainReason } from '../language/explain-reason.ts'
import { useFormat, useLanguage } from '../language/use-format.ts'
import { endOf, type Run, type Step, startOf } from './collect-runs.ts'
import classes from './run-timeline.module.css'
import { useStepName } from './use-step-name.ts'

const icons = { running: IconLoader2, done: IconCheck, failed: IconX }
const tickMs = 50
const hourMs = 3_600_000

type Props = {
  run: Run
  label: string
  /** The same failure as a step tells of, where it can be said in the page's words. */
  reason: StatusReason | null
}

/** The steps of a run as a small waterfall: what, when within the run, how long. */
export const RunTimeline = ({ run, label, reason }: Props) => {
  const isTicking = run.steps.some(step => step.status === 'running')
  const now = useNow(isTicking ? tickMs : hourMs)
  const start = startOf(run)
  const span = Math.max(1, endOf(run, now) - start)
  return (
    <ol className={classes.timeline} aria-label={label}>
      {run.steps.map(step => (
        <StepLine
          key={`${step.step} ${step.startedMs}`}
          step={step}
          start={start}
          span={span}
          now={now}
          reason={reason}
        />
      ))}
    </ol>
  )
}

type StepProps = { step: Step; start: number; span: number; now: number; reason: StatusReason | null }

const StepLine = ({ step, start, span, now, reason }: StepProps) => {
  const { t } = useTranslation()
  const format = useFormat()
  const language = useLanguage()
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
      {step.message !== null && step.status === 'failed' && (
        <p>{step.message === reason?.message ? explainReason(reason, t) : explainProblem(step.message, language)}</p>
      )}
    </li>
  )
}
