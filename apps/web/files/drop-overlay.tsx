import { Logo } from '../brand/logo.tsx'
import classes from './drop-overlay.module.css'

/** Covers the page while files hover over it, and says what letting go will do. */
export const DropOverlay = ({ isOver, text }: { isOver: boolean; text: string }) =>
  isOver && (
    <div className={classes.overlay} aria-hidden="true">
      <div>
        <Logo size={52} />
        {text}
      </div>
    </div>
  )
