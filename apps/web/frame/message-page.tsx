import { type ReactNode, useContext } from 'react'
import { Logo } from '../brand/logo.tsx'
import { InsideFrame } from './inside-frame.ts'
import classes from './message-page.module.css'
import { useTitle } from './use-title.ts'

/** A page that only says one thing: what happened and where to go. */
export const MessagePage = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => {
  useTitle(title)
  const Around = useContext(InsideFrame) ? 'section' : 'main'
  return (
    <Around className={classes.page}>
      <Logo size={44} />
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
    </Around>
  )
}
