import { useTranslation } from 'react-i18next'
import { FileButtons } from '../files/file-buttons.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { EmptyPlot } from './empty-plot.tsx'
import classes from './empty-services.module.css'

/** No site yet: one sentence and a place to drop the first. */
export const EmptyServices = ({ onPick }: { onPick: (files: PickedFiles) => void }) => {
  const { t } = useTranslation()
  return (
    <section className={classes.zone}>
      <EmptyPlot />
      <h2>{t('services.empty_title')}</h2>
      <p>{t('services.empty_text')}</p>
      <div className={classes.buttons}>
        <FileButtons onPick={onPick} size="md" />
      </div>
    </section>
  )
}
