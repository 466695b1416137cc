import { Button, Skeleton, TextInput } from '@mantine/core'
import type { TeamAnswer } from '@parcela/contract'
import { IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationQueries } from '../client/administration.ts'
import { DataTable } from '../frame/data-table.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import classes from './administration.module.css'
import { TeamQuotaDialog } from './team-quota-dialog.tsx'
import { useAllPages } from './use-all-pages.ts'

/** Every team, and what each may have. */
export const AllTeams = () => {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<TeamAnswer>()
  const query = useInfiniteQuery(administrationQueries.teams)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query
  useAllPages(query, text.trim() !== '')
  const teams = data?.pages.flatMap(page => page.items)
  if (teams === undefined)
    return error === null ? (
      <Skeleton height={260} radius="lg" />
    ) : (
      <RequestFailed title={t('teams.failed')} error={error} onRetry={() => void refetch()} />
    )
  const wanted = text.trim().toLowerCase()
  const shown = teams.filter(({ name, slug }) => `${name} ${slug}`.toLowerCase().includes(wanted))
  return (
    <>
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={t('teams.search')}
          placeholder={t('teams.search')}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
      </div>
      <Section title={t('teams.count', { count: shown.length })}>
        {shown.length === 0 && <p className={classes.reason}>{t('teams.none_found')}</p>}
        {shown.length > 0 && (
          <DataTable
            label={t('administration.teams')}
            rows={shown}
            keyOf={({ id }) => id}
            columns={[
              {
                label: t('teams.team'),
                isName: true,
                cell: team => (
                  <>
                    <strong>
                      <Link to="/teams/$teamId" params={{ teamId: team.id }}>
                        {team.name}
                      </Link>
                    </strong>
                    {team.is_personal && <small>{t('teams.personal')}</small>}
                  </>
                ),
              },
              { label: t('teams.members'), cell: ({ members }) => members },
              { label: t('services.title'), cell: ({ services }) => services },
              {
                label: t('administration.actions'),
                isActions: true,
                cell: team => (
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() => setChosen(team)}
                    aria-label={`${t('quota.change')}: ${team.name}`}
                  >
                    {t('quota.change')}
                  </Button>
                ),
              },
            ]}
          />
        )}
        {hasNextPage && wanted === '' && (
          <div>
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('common.load_more')}
            </Button>
          </div>
        )}
      </Section>
      {chosen !== undefined && <TeamQuotaDialog team={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}
