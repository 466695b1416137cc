import { Button, Skeleton, TextInput } from '@mantine/core'
import { IconPlus, IconUser, IconUsers } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { teamQueries, teamsGateway } from '../client/teams.ts'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useTitle } from '../frame/use-title.ts'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './teams.module.css'

/** The teams that the person is in, and the way to make one. */
export const TeamsPage = () => {
  const { t } = useTranslation()
  const [isMaking, setMaking] = useState(false)
  const { data: teams, error, refetch } = useQuery(teamQueries.own)
  useTitle(t('teams.title'))
  return (
    <>
      <div className={classes.top}>
        <h1>{t('teams.title')}</h1>
        <Button leftSection={<IconPlus size={17} stroke={2.2} aria-hidden />} onClick={() => setMaking(true)}>
          {t('teams.new')}
        </Button>
        <p>{t('teams.lead')}</p>
      </div>
      {teams === undefined &&
        (error === null ? (
          <Skeleton height={150} radius="lg" />
        ) : (
          <RequestFailed title={t('teams.failed')} error={error} onRetry={() => void refetch()} />
        ))}
      {teams !== undefined && (
        <ul className={classes.teams} aria-label={t('teams.list')}>
          {teams.map(team => (
            <li key={team.id} className={classes.team}>
              <span className={classes.mark} aria-hidden="true">
                {team.is_personal ? <IconUser size={20} stroke={1.7} /> : <IconUsers size={20} stroke={1.7} />}
              </span>
              <div>
                <Link to="/teams/$teamId" params={{ teamId: team.id }}>
                  {team.name}
                </Link>
                <small>
                  {team.is_personal ? t('teams.personal') : team.role !== null && t(`teams.you_are_${team.role}`)}
                </small>
              </div>
              <span>{t('teams.members_count', { count: team.members })}</span>
              <span>{t('services.count', { count: team.services })}</span>
            </li>
          ))}
        </ul>
      )}
      <Dialog title={t('teams.new')} isOpen={isMaking} onClose={() => setMaking(false)}>
        <MakeTeam onCancel={() => setMaking(false)} />
      </Dialog>
    </>
  )
}

const MakeTeam = ({ onCancel }: { onCancel: () => void }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => teamsGateway.createTeam(name),
    onSuccess: async team => {
      await queryClient.invalidateQueries({ queryKey: teamQueries.own.queryKey })
      await navigate({ to: '/teams/$teamId', params: { teamId: team.id } })
    },
  })
  const problem = make.error instanceof RequestError ? make.error.fields.name : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <TextInput
        data-autofocus
        label={t('teams.name')}
        description={t('teams.name_hint')}
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={event => {
          make.reset()
          setName(event.currentTarget.value)
        }}
        error={problem === undefined ? null : explainProblem(problem, language)}
      />
      {make.isError && problem === undefined && <RequestFailed title={t('teams.not_made')} error={make.error} />}
      <div className={classes.form}>
        <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
          {t('teams.make')}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
