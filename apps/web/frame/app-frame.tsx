import { Link, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Logo } from '../brand/logo.tsx'
import { AccountMenu } from './account-menu.tsx'
import classes from './app-frame.module.css'
import { InsideFrame } from './inside-frame.ts'
import { LanguageMenu } from './language-menu.tsx'
import { MainPlaces } from './main-places.tsx'
import { OfflineNotice } from './offline-notice.tsx'
import { SchemeMenu } from './scheme-menu.tsx'
import { SearchButton } from './search-button.tsx'

/** What surrounds every page behind the sign-in. */
export const AppFrame = () => {
  const { t } = useTranslation()
  return (
    <>
      <a className="skip-link" href="#content">
        {t('common.skip')}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.brand} aria-label={t('frame.home')}>
            <Logo size={26} />
            <span>Parcela</span>
          </Link>
          <MainPlaces />
          <div className={classes.tools}>
            <SearchButton />
            <LanguageMenu />
            <SchemeMenu />
            <AccountMenu />
          </div>
        </div>
      </header>
      <OfflineNotice />
      <main id="content" className={classes.content} tabIndex={-1}>
        <InsideFrame value={true}>
          <Outlet />
        </InsideFrame>
      </main>
    </>
  )
}
