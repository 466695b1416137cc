import { UnstyledButton } from '@mantine/core'
import type { StatusReason } from '@parcela/contract'
import { IconAlertTriangle, IconBolt, IconChevronDown, IconLoader2 } from '@tabler/icons-react'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/moment.tsx'
import { useFormat } from '../language/use-format.ts'
import { endOf, type Run, type RunState, startOf, stateOf } from './collect-runs.ts'
import classes from './run-panel.module.css'
import { RunTimeline } from './run-timeline.tsx'
import { useStepName } from './use-step-name.ts'

type Props = {
  run: Run | undefined
  isWorking: boolean /** The gateway's own measure of the release, when it is known. */
  liveAfterMs: number | null
  /** Why the service is not as asked, in a form that can be translated. */
  reason: StatusReason | null
}

const icons = { running: IconLoader2, done: IconBolt, failed: IconAlertTriangle }

/** The run in progress, ticking; afterwards one line, "live in 0.8 s", that opens. */
export const RunPanel = ({ run, isWorking, liveAfterMs, reason }: Props) => {
  const { t } = useTranslation()
  const region = useId()
  const state = run === undefined ? 'running' : stateOf(run, isWorking)
  const [isOpen, setOpen] = useState(state !== 'done')
  useEffect(() => {
    if (state !== 'done') setOpen(true)
  }, [state])
  if (run === undefined && !isWorking) return null
  const Icon = icons[state]
  return (
    <section className={classes.panel} data-state={state}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={isOpen}
        aria-controls={region}
        onClick={() => setOpen(open => !open)}
      >
        <Icon size={18} stroke={2} aria-hidden />
        <RunTitle run={run} state={state} liveAfterMs={liveAfterMs} />
        <span className={classes.toggle}>
          {t(isOpen ? 'run.hide' : 'run.show')}
          <IconChevronDown
            className={classes.chevron}
            size={16}
            stroke={2}
            aria-hidden
            data-open={isOpen || undefined}
          />
        </span>
      </UnstyledButton>
      <div id={region} hidden={!isOpen} className={classes.steps}>
        {run === undefined ? (
          <p>{t('run.waiting')}</p>
        ) : (
          <RunTimeline run={run} label={t('run.steps')} reason={reason} />
        )}
      </div>
      <StepAnnouncer run={run} />
    </section>
  )
}

const RunTitle = ({
  run,
  state,
  liveAfterMs,
}: {
  run: Run | undefined
  state: RunState
  liveAfterMs: number | null
}) => {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(state === 'running' ? 100 : 3_600_000)
  const spentMs = run === undefined ? 0 : endOf(run, now) - startOf(run)
  if (state === 'running')
    return (
      <span className={classes.title}>
        {t('run.title_running')}
        {run !== undefined && <span className={classes.clock}>{format.duration(spentMs)}</span>}
      </span>
    )
  const time = format.wait(state === 'done' && liveAfterMs !== null ? liveAfterMs : spentMs)
  if (state === 'failed') return <span className={classes.title}>{t('run.title_failed', { time })}</span>
  const wentLive = run?.steps.some(({ step }) => step === 'verify' || step === 'switch-route') === true
  return <span className={classes.title}>{t(wentLive ? 'run.title_done' : 'run.title_settled', { time })}</span>
}

/** Tells a screen reader each step once, as it begins or fails. */
const StepAnnouncer = ({ run }: { run: Run | undefined }) => {
  const { t } = useTranslation()
  const nameOf = useStepName()
  const last = run?.steps.at(-1)
  return (
    <p className={classes.announcer} aria-live="polite">
      {last && t('run.announce', { step: nameOf(last.step), state: t(`run.state_${last.status}`) })}
    </p>
  )
}
