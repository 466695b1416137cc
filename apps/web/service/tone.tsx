import type { IconLoader2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './status-word.module.css'

type Props = {
  tone: 'ok' | 'busy' | 'bad' | 'rest'
  Icon: typeof IconLoader2
  spins?: boolean
  isLarge?: boolean
  'data-status'?: string
  children: ReactNode
}

/** A short word with its icon and colour: never the colour alone. */
export const Tone = ({ tone, Icon, spins = false, isLarge = false, children, ...rest }: Props) => (
  <span className={classes.status} data-tone={tone} data-large={isLarge || undefined} {...rest}>
    <Icon className={spins ? classes.spins : undefined} size={isLarge ? 18 : 16} aria-hidden />
    {children}
  </span>
)
