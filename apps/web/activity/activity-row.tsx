import type { AuditAnswer } from '@parcela/contract'
import { IconAlertTriangleFilled, IconCircleCheckFilled, IconHandStop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Moment } from '../frame/moment.tsx'
import { useFormat } from '../language/use-format.ts'
import { Tone } from '../service/tone.tsx'
import classes from './activity.module.css'
import { describeAction, listChanges } from './describe-action.ts'

const looks = {
  done: { tone: 'ok', Icon: IconCircleCheckFilled },
  refused: { tone: 'busy', Icon: IconHandStop },
  failed: { tone: 'bad', Icon: IconAlertTriangleFilled },
} as const

/** One thing that somebody did: a sentence, and what is known of it when it is opened. */
export const ActivityRow = ({ row, what }: { row: AuditAnswer; what: string | undefined }) => {
  const { t } = useTranslation()
  const who = row.actor?.username ?? t(row.through === 'system' ? 'activity.system' : 'activity.nobody')
  return (
    <li className={classes.row}>
      <div className={classes.line}>
        <span>
          <strong>{who}</strong> {describeAction(row.action, t)}
          {what !== undefined && (
            <>
              {' · '}
              <span className={classes.object}>{what}</span>
            </>
          )}
          {row.outcome !== 'done' && (
            <>
              {' '}
              <Tone {...looks[row.outcome]}>{t(`activity.outcome_${row.outcome}`)}</Tone>
            </>
          )}
        </span>
        <Moment time={row.at} />
      </div>
      <details>
        <summary>{t('common.details')}</summary>
        <ActivityDetails row={row} />
      </details>
    </li>
  )
}

const ActivityDetails = ({ row }: { row: AuditAnswer }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const changes = listChanges(row)
  const facts: [label: string, text: string | null][] = [
    [t('activity.at'), format.exact(row.at)],
    [t('activity.through'), t(`activity.through_${row.through}`)],
    [t('activity.address'), row.address],
    [t('activity.browser'), row.user_agent],
    [t('activity.object'), row.object_id === null ? null : `${row.object_type ?? ''} ${row.object_id}`.trim()],
    [t('activity.action'), row.action],
    [t('activity.error'), row.error_code === null ? null : `${row.error_code} (${row.status ?? ''})`],
    [t('activity.request'), row.request_id],
    [t('activity.number'), format.number(row.seq)],
  ]
  return (
    <div className={classes.details}>
      {changes.length > 0 && (
        <ul aria-label={t('activity.changes')} className={classes.changes}>
          {changes.map(({ field, before, after }) => (
            <li key={field}>
              <code>{field}</code> {before !== undefined && <del>{before}</del>}{' '}
              {after !== undefined && <ins>{after}</ins>}
            </li>
          ))}
        </ul>
      )}
      <dl>
        {facts.map(
          ([label, text]) =>
            text !== null && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  )
}
