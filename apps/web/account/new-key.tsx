import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreatedKey } from '../client/account.ts'
import { CopyText } from '../frame/copy-text.tsx'
import classes from './account-page.module.css'

/** A key that was just made, shown this once. */
export const NewKey = ({ made, onDone }: { made: CreatedKey; onDone: () => void }) => {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <div ref={box} tabIndex={-1} role="status" className={classes.once}>
      <strong>{t('keys.new_title', { name: made.name })}</strong>
      <p>{t('keys.new_text')}</p>
      <CopyText text={made.key} label={t('keys.copy')} />
      <div className={classes.buttons}>
        <Button onClick={onDone}>{t('keys.new_kept')}</Button>
      </div>
    </div>
  )
}
