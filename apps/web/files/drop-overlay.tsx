import { useTranslation } from 'react-i18next'
import { Logo } from '../brand/logo.tsx'
import classes from './drop-overlay.module.css'
import type { WindowDrop } from './use-window-drop.ts'

/** Covers the page while files hover over it, and says what letting go will do. */
export const DropOverlay = ({ drop, text }: { drop: WindowDrop; text: string }) => {
  const { t } = useTranslation()
  return (
    <>
      <div role="alert">{drop.isUnreadable && <p className={classes.unreadable}>{t('files.unreadable')}</p>}</div>
      {drop.isOver && (
        <div className={classes.overlay} aria-hidden="true">
          <div>
            <Logo size={52} />
            {text}
          </div>
        </div>
      )}
    </>
  )
}
