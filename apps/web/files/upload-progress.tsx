import { Button, Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { UploadProgress as Sent } from '../client/send-files.ts'
import { useFormat } from '../language/use-format.ts'
import classes from './upload-progress.module.css'

/** How far the files have got, with a way to stop. */
export const UploadProgress = ({ progress, onStop }: { progress: Sent; onStop: () => void }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const hasArrived = progress.sent >= progress.total && progress.total > 0
  const percent = progress.total === 0 ? 0 : (progress.sent / progress.total) * 100
  return (
    <div className={classes.upload}>
      <div className={classes.line}>
        <span role="status">{hasArrived ? t('create.checking') : t('create.uploading')}</span>
        <span className="tabular">
          {t('create.uploaded', { sent: format.bytes(progress.sent), total: format.bytes(progress.total) })}
        </span>
      </div>
      <Progress
        value={percent}
        size={6}
        radius="xl"
        animated={hasArrived}
        aria-label={t('create.uploading')}
        transitionDuration={120}
      />
      <Button variant="subtle" color="gray" c="var(--ink-dim)" size="xs" onClick={onStop}>
        {t('create.stop_upload')}
      </Button>
    </div>
  )
}
