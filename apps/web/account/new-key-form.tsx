import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { KeyScope } from '@parcela/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway, accountQueries, type CreatedKey } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { teamQueries } from '../client/teams.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './account-page.module.css'

const scopes = ['read', 'deploy', 'manage'] as const satisfies readonly KeyScope[]
const lifetimes = [7, 30, 90, 365, null] as const
const usualLifetime = 90

type Props = { onDone: (made: CreatedKey) => void; onCancel: () => void }

/** What a new key is called, may do, reaches, and for how long. As little as works is the first choice. */
export const NewKeyForm = ({ onDone, onCancel }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const queryClient = useQueryClient()
  const { data: teams = [] } = useQuery(teamQueries.own)
  const { data: pages } = useInfiniteQuery(queries.services)
  const [asked, setAsked] = useState({ name: '', scope: 'deploy' as KeyScope, teamId: '', serviceId: '' })
  const [days, setDays] = useState<number | null>(usualLifetime)
  const [wasSent, setSent] = useState(false)
  const create = useMutation({
    mutationFn: accountGateway.createKey,
    onSuccess: async made => {
      onDone(made)
      await queryClient.invalidateQueries({ queryKey: accountQueries.keys.queryKey })
    },
  })
  const services = (pages?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(({ team_id }) => asked.teamId === '' || team_id === asked.teamId)
  const set = (part: Partial<typeof asked>): void => {
    create.reset()
    setAsked(before => ({ ...before, ...part }))
  }
  const name = asked.name.trim()
  const refused = create.error instanceof RequestError ? create.error.fields.name : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (name === '') return
    create.mutate({
      name,
      scope: asked.scope,
      team_id: asked.teamId === '' ? null : asked.teamId,
      service_id: asked.serviceId === '' ? null : asked.serviceId,
      expires_in_days: days,
    })
  }
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        label={t('keys.name')}
        description={t('keys.name_text')}
        autoComplete="off"
        autoFocus
        maxLength={64}
        value={asked.name}
        onChange={event => set({ name: event.currentTarget.value })}
        error={
          refused === undefined
            ? wasSent && name === ''
              ? t('keys.need_name')
              : null
            : explainProblem(refused, language)
        }
      />
      <NativeSelect
        label={t('keys.scope')}
        description={t(`keys.scope_text_${asked.scope}`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={asked.scope}
        onChange={event => {
          const scope = scopes.find(known => known === event.currentTarget.value)
          if (scope !== undefined) set({ scope })
        }}
        data={scopes.map(value => ({ value, label: t(`keys.scope_${value}`) }))}
      />
      <div className={classes.pair}>
        <NativeSelect
          label={t('keys.team')}
          value={asked.teamId}
          onChange={event => set({ teamId: event.currentTarget.value, serviceId: '' })}
          data={[
            { value: '', label: t('keys.reach_all') },
            ...teams.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <NativeSelect
          label={t('keys.service')}
          value={asked.serviceId}
          onChange={event => set({ serviceId: event.currentTarget.value })}
          data={[
            { value: '', label: t('keys.all_services') },
            ...services.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      <NativeSelect
        label={t('keys.lifetime')}
        value={days === null ? '' : String(days)}
        onChange={event => setDays(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
        data={lifetimes.map(value => ({
          value: value === null ? '' : String(value),
          label: value === null ? t('keys.for_ever') : t('keys.days', { count: value }),
        }))}
      />
      {create.isError && refused === undefined && (
        <RequestFailed title={t('service.failed_action')} error={create.error} />
      )}
      <div className={classes.buttons}>
        <Button type="submit" loading={create.isPending}>
          {t('keys.create')}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
