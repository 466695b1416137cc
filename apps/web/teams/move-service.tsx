import { Button, NativeSelect } from '@mantine/core'
import type { ServiceAnswer } from '@parcela/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { teamQueries, teamsGateway } from '../client/teams.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import classes from './teams.module.css'

/** Gives a site to another team; for somebody who owns both, and nothing where there is no other. */
export const MoveService = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const { data: teams = [] } = useQuery(teamQueries.own)
  const owned = teams.filter(({ id, role }) => role === 'owner' && id !== service.team_id)
  const current = teams.find(({ id }) => id === service.team_id)
  const [chosen, setChosen] = useState<string>()
  const target = owned.find(({ id }) => id === chosen) ?? owned[0]
  const move = useMutation({
    mutationFn: (teamId: string) => teamsGateway.moveService(service.id, teamId),
    onSuccess: async answer => {
      queryClient.setQueryData(queries.service(service.id).queryKey, answer)
      await queryClient.invalidateQueries({ queryKey: teamQueries.own.queryKey })
      void queryClient.invalidateQueries({ queryKey: queries.services.queryKey })
      void queryClient.invalidateQueries({ queryKey: ['team'] })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (target !== undefined) move.mutate(target.id)
  }
  if (owned.length === 0 && current === undefined) return null
  return (
    <Section
      title={t('teams.team')}
      text={current === undefined ? t('teams.move_text') : t('teams.belongs_text', { team: current.name })}
    >
      {current?.role === 'owner' && target !== undefined && (
        <form onSubmit={submit} className={classes.form}>
          <NativeSelect
            label={t('teams.move_to')}
            value={target.id}
            onChange={event => {
              move.reset()
              setChosen(event.currentTarget.value)
            }}
            data={owned.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Button type="submit" variant="default" loading={move.isPending}>
            {t('teams.move')}
          </Button>
        </form>
      )}
      {move.isError && <RequestFailed title={t('teams.not_moved')} error={move.error} />}
      <span role="status">{move.isSuccess && t('teams.moved')}</span>
    </Section>
  )
}
