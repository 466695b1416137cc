import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Logo } from '../brand/logo.tsx'
import { LanguageMenu } from '../frame/language-menu.tsx'
import { SchemeMenu } from '../frame/scheme-menu.tsx'
import { useTitle } from '../frame/use-title.ts'
import { LandPicture } from './land-picture.tsx'
import classes from './session-page.module.css'

/** The pages before the sign-in: a form beside a view over the land. */
export const SessionPage = (props: { title: string; heading: string; children: ReactNode }) => {
  const { t } = useTranslation()
  useTitle(props.title)
  return (
    <div className={classes.page}>
      <aside className={classes.view}>
        <LandPicture />
        <p>{t('sign_in.lead')}</p>
      </aside>
      <div className={classes.side}>
        <header>
          <span className={classes.brand}>
            <Logo size={30} />
            Parcela
          </span>
          <span className={classes.tools}>
            <LanguageMenu />
            <SchemeMenu />
          </span>
        </header>
        <main id="content">
          <h1>{props.heading}</h1>
          {props.children}
        </main>
      </div>
    </div>
  )
}
