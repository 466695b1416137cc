import { Button } from '@mantine/core'
import { IconAlertTriangle, IconFile, IconFileZip, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language/use-format.ts'
import { FileButtons } from './file-buttons.tsx'
import classes from './files-field.module.css'
import type { PickedFiles } from './picked-files.ts'

type Props = {
  picked: PickedFiles | undefined
  onPick: (files: PickedFiles | undefined) => void
  problem: string | undefined
}

/** Where files are handed over, and what was handed over. */
export const FilesField = ({ picked, onPick, problem }: Props) => {
  const { t } = useTranslation()
  return (
    <section className={classes.field} aria-labelledby="files-legend">
      <h2 id="files-legend">{t('files.legend')}</h2>
      {picked === undefined ? (
        <div className={classes.zone}>
          <p>{t('files.hint')}</p>
          <div className={classes.buttons}>
            <FileButtons onPick={onPick} />
          </div>
        </div>
      ) : (
        <Chosen picked={picked} onRemove={() => onPick(undefined)} />
      )}
      <div role="alert">
        {problem !== undefined && (
          <p className={classes.problem}>
            <IconAlertTriangle size={16} aria-hidden /> {problem}
          </p>
        )}
      </div>
      {picked === undefined && <p className={classes.note}>{t('files.optional')}</p>}
    </section>
  )
}

const shownFiles = 5

/** What was chosen: how much it is, the first few names, and what to know about it. */
export const Chosen = ({ picked, onRemove }: { picked: PickedFiles; onRemove: () => void }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const count = t('common.files', { count: picked.files.length })
  const rest = picked.files.length - shownFiles
  return (
    <div className={classes.chosen}>
      <div className={classes.head}>
        {picked.isArchive ? (
          <IconFileZip size={20} stroke={1.6} aria-hidden />
        ) : (
          <IconFile size={20} stroke={1.6} aria-hidden />
        )}
        <div>
          <strong>{picked.isArchive ? picked.files[0]?.path : picked.title || count}</strong>
          <span>
            {picked.isArchive
              ? `${format.bytes(picked.bytes)} · ${t('files.archive')}`
              : t('files.chosen', { files: count, size: format.bytes(picked.bytes) })}
          </span>
        </div>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          c="var(--ink-dim)"
          leftSection={<IconX size={15} aria-hidden />}
          onClick={onRemove}
        >
          {t('files.remove')}
        </Button>
      </div>
      {!picked.isArchive && (
        <ul>
          {picked.files.slice(0, shownFiles).map(({ path, file }) => (
            <li key={path}>
              <span>{path}</span>
              <span className="tabular">{format.bytes(file.size)}</span>
            </li>
          ))}
          {rest > 0 && <li>{t('files.more', { count: rest })}</li>}
        </ul>
      )}
      {picked.left_out > 0 && <p className={classes.note}>{t('files.left_out', { count: picked.left_out })}</p>}
      {!picked.hasIndex && picked.files.length > 0 && (
        <p className={classes.warning}>
          <IconAlertTriangle size={16} aria-hidden /> {t('files.no_index')}
        </p>
      )}
    </div>
  )
}
