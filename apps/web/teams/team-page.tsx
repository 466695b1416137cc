import { Button, NativeSelect, Skeleton, Tabs } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { teamQueries } from '../client/teams.ts'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useTitle } from '../frame/use-title.ts'
import { teamTabs } from '../router.tsx'
import pageClasses from '../service/service-page.module.css'
import { TeamActivity } from './team-activity.tsx'
import { TeamPeople } from './team-people.tsx'
import { TeamQuota } from './team-quota.tsx'
import { TeamSettings } from './team-settings.tsx'
import classes from './teams.module.css'

const route = getRouteApi('/signed-in/teams/$teamId')

/** One team: who is in it, what it uses, what happened, and its end. */
export const TeamPage = () => {
  const { t } = useTranslation()
  const { teamId } = route.useParams()
  const { tab = 'people' } = route.useSearch()
  const navigate = useNavigate()
  const { data: me } = useSuspenseQuery(queries.me)
  const { data: team, error, refetch } = useQuery(teamQueries.team(teamId))
  useTitle(team?.name ?? t('teams.title'))

  if (error instanceof RequestError && error.code === 'not_found') return <NotFoundPage />
  if (team === undefined)
    return error === null ? (
      <Skeleton height={320} radius="lg" />
    ) : (
      <RequestFailed title={t('teams.failed')} error={error} onRetry={() => void refetch()} />
    )
  const mayManage = team.role === 'owner' || me.is_administrator
  return (
    <>
      <nav className={pageClasses.breadcrumb} aria-label={t('service.breadcrumb_label')}>
        <Link to="/teams">{t('teams.title')}</Link>
        <span aria-hidden="true">/</span>
        <span aria-current="page">{team.name}</span>
      </nav>
      <div className={classes.top}>
        <h1>{team.name}</h1>
        <div className={classes.tools}>
          <TeamSwitch teamId={team.id} />
          {(team.role === 'owner' || team.role === 'developer') && (
            <Button
              leftSection={<IconPlus size={17} stroke={2.2} aria-hidden />}
              renderRoot={props => <Link to="/new" search={{ team: team.id }} {...props} />}
            >
              {t('services.new')}
            </Button>
          )}
        </div>
        <p>
          {team.is_personal && team.role !== null && t('teams.personal_text')}
          {!team.is_personal && team.role !== null && t(`teams.you_are_${team.role}_text`)}
          {team.role === null && t('teams.you_are_administrator')}
        </p>
      </div>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={next => {
          const chosen = teamTabs.find(known => known === next)
          if (chosen === undefined) return
          const search = chosen === 'people' ? {} : { tab: chosen }
          void navigate({ to: '/teams/$teamId', params: { teamId }, search, resetScroll: false })
        }}
      >
        <Tabs.List mb={24} aria-label={t('teams.tabs')} className={pageClasses.tabs}>
          {teamTabs.map(name => (
            <Tabs.Tab key={name} value={name}>
              {t(`teams.tab_${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="people">
          <TeamPeople key={team.id} team={team} mayManage={mayManage} />
        </Tabs.Panel>
        <Tabs.Panel value="quota">
          <TeamQuota team={team} />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <TeamActivity team={team} mayManage={mayManage} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <TeamSettings key={team.id} team={team} mayManage={mayManage} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

/** Leads from one team to another, where there are several. */
const TeamSwitch = ({ teamId }: { teamId: string }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { data: teams = [] } = useQuery(teamQueries.own)
  if (teams.length < 2 || teams.every(({ id }) => id !== teamId)) return null
  return (
    <NativeSelect
      aria-label={t('teams.switch')}
      value={teamId}
      onChange={event => void navigate({ to: '/teams/$teamId', params: { teamId: event.currentTarget.value } })}
      data={teams.map(({ id, name }) => ({ value: id, label: name }))}
    />
  )
}
