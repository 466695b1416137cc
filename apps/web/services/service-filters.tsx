import { NativeSelect, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { teamQueries } from '../client/teams.ts'
import { type StatusFilter, statusFilters } from '../router.tsx'
import classes from './services-page.module.css'

/** Search and filter; both live in the address, so that a view can be sent to somebody. */
export const ServiceFilters = ({ search }: { search: { q?: string; status?: StatusFilter; team?: string } }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { q, status, team } = search
  const { data: teams = [] } = useQuery(teamQueries.own)
  const look = (text: string): void => {
    const kept = { ...(status && { status }), ...(team && { team }) }
    void navigate({ to: '/', search: { ...kept, ...(text !== '' && { q: text }) }, replace: true })
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
            search={{ ...(q !== undefined && { q }), ...(team && { team }), ...(filter && { status: filter }) }}
            aria-current={filter === status ? 'page' : undefined}
            activeProps={{}}
          >
            {t(`services.filter_${filter ?? 'all'}`)}
          </Link>
        ))}
      </nav>
      {teams.length > 1 && (
        <NativeSelect
          className={classes.team ?? ''}
          aria-label={t('teams.filter')}
          value={team ?? ''}
          onChange={event => {
            const chosen = event.currentTarget.value
            const kept = { ...(q !== undefined && { q }), ...(status && { status }) }
            void navigate({ to: '/', search: { ...kept, ...(chosen !== '' && { team: chosen }) } })
          }}
          data={[
            { value: '', label: t('teams.filter_all') },
            ...teams.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
    </search>
  )
}
