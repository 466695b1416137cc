import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { explainError } from '../language/explain-error.ts'
import { useLanguage } from '../language/use-format.ts'
import { ExcessBar } from './excess-bar.tsx'
import classes from './request-failed.module.css'

type Props = { title: string; error: unknown; onRetry?: () => void }

/** What could not be done, why, and the next step. */
export const RequestFailed = ({ title, error, onRetry }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <div className={classes.box} role="alert">
      <IconAlertTriangle size={20} stroke={1.8} aria-hidden />
      <div>
        <strong>{title}</strong>
        <p>{explainError(error, t, language)}</p>
        <ExcessBar error={error} />
      </div>
      {onRetry !== undefined && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {t('common.try_again')}
        </Button>
      )}
    </div>
  )
}
