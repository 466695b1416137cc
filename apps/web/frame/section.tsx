import type { ReactNode } from 'react'
import classes from './section.module.css'

type Props = {
  title: string
  text?: ReactNode
  /** Buttons beside the title. */
  actions?: ReactNode
  isDangerous?: boolean
  children?: ReactNode
}

/** A part of a page on its own card. */
export const Section = ({ title, text, actions, isDangerous = false, children }: Props) => (
  <section className={classes.section} data-danger={isDangerous || undefined} aria-label={title}>
    <div className={classes.head}>
      <div>
        <h2>{title}</h2>
        {text !== undefined && <p>{text}</p>}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </div>
    {children !== undefined && <div className={classes.content}>{children}</div>}
  </section>
)
