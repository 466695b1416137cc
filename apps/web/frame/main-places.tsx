import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import classes from './app-frame.module.css'

/** The main places of the page. */
export const MainPlaces = () => {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(queries.me)
  return (
    <nav className={classes.places} aria-label={t('frame.places')}>
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
        {t('services.title')}
      </Link>
      <Link to="/teams">{t('teams.title')}</Link>
      {me.is_administrator && <Link to="/administration">{t('frame.administration')}</Link>}
    </nav>
  )
}
