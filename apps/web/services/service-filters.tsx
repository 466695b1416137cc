import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type StatusFilter, statusFilters } from '../router.tsx'
import classes from './services-page.module.css'

/** Search and filter; both live in the address, so that a view can be sent to somebody. */
export const ServiceFilters = ({ search }: { search: { q?: string; status?: StatusFilter } }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { q, status } = search
  const look = (text: string): void => {
    void navigate({ to: '/', search: { ...(status && { status }), ...(text !== '' && { q: text }) }, replace: true })
  }
  return (
    <search className={classes.filters}>
      <TextInput
        className={classes.search}
        type="search"
        aria-label={t('services.search')}
        placeholder={t('services.search')}
        leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
        value={q ?? ''}
        onChange={event => look(event.currentTarget.value)}
      />
      <nav className={classes.chips} aria-label={t('services.filter')}>
        {[undefined, ...statusFilters].map(filter => (
          <Link
            key={filter ?? 'all'}
            to="/"
            search={{ ...(q !== undefined && { q }), ...(filter && { status: filter }) }}
            aria-current={filter === status ? 'page' : undefined}
            activeProps={{}}
          >
            {t(`services.filter_${filter ?? 'all'}`)}
          </Link>
        ))}
      </nav>
    </search>
  )
}
