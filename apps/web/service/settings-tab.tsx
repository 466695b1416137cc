import { Button } from '@mantine/core'
import type { ServiceAnswer } from '@parcela/contract'
import { updateServiceRequest } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { teamQueries } from '../client/teams.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import type { Resources } from '../resources/named-sizes.ts'
import { ResourcesField } from '../resources/resources-field.tsx'
import { MoveService } from '../teams/move-service.tsx'
import { OwnersOnly } from '../teams/owners-only.tsx'
import { RoomNotice } from '../teams/room-notice.tsx'
import { ServiceApprovals } from '../teams/service-approvals.tsx'
import { DeleteService } from './delete-service.tsx'
import { ReachSettings } from './reach-settings.tsx'
import classes from './settings-tab.module.css'
import { useServiceActions } from './use-service-actions.ts'

/** Size, running or not, and at the end the way to delete. */
export const SettingsTab = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const { data: teams = [] } = useQuery(teamQueries.own)
  const team = teams.find(({ id }) => id === service.team_id)
  if (team?.role === 'viewer')
    return (
      <div className={classes.settings}>
        <OwnersOnly team={team} text={t('teams.settings_for_builders')} />
        <ServiceApprovals service={service} />
      </div>
    )
  return (
    <div className={classes.settings}>
      <SizeSettings service={service} />
      <ServiceApprovals service={service} />
      <ReachSettings service={service} />
      <PowerSettings service={service} />
      <MoveService service={service} />
      <DeleteService service={service} />
    </div>
  )
}

const SizeSettings = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: formats } = useQuery(queries.formats)
  const { data: quota } = useQuery(teamQueries.quota(service.team_id))
  const { update } = useServiceActions(service)
  const current: Resources = { ram_mb: service.ram_mb, cpus: service.cpus, storage_gb: service.storage_gb }
  const [wanted, setWanted] = useState<Resources>()
  const value = wanted ?? current
  const isChanged =
    value.ram_mb !== current.ram_mb || value.cpus !== current.cpus || value.storage_gb !== current.storage_gb
  const checked = updateServiceRequest.safeParse(value)
  const sent = update.error instanceof RequestError ? update.error.fields : {}
  const problems: Partial<Record<keyof Resources, string>> = {}
  for (const field of ['ram_mb', 'cpus', 'storage_gb'] as const) {
    const own = checked.error?.issues.find(({ path }) => path[0] === field)?.message
    const problem = own ?? sent[field]
    if (problem !== undefined) problems[field] = explainProblem(problem, language)
  }
  return (
    <section className={classes.section}>
      <ResourcesField
        legend={t('settings.size')}
        value={value}
        onChange={next => {
          update.reset()
          setWanted(next)
        }}
        limits={formats?.items.find(({ id }) => id === service.service_format)?.resources}
        problems={problems}
      />
      {isChanged && checked.success && <RoomNotice quota={quota} wanted={value} more={increaseOf(current, value)} />}
      <p>{t('settings.size_text')}</p>
      {update.isError && <RequestFailed title={t('service.failed_action')} error={update.error} />}
      <div className={classes.buttons}>
        <Button
          disabled={!isChanged || !checked.success}
          loading={update.isPending}
          onClick={() => update.mutate(value, { onSuccess: () => setWanted(undefined) })}
        >
          {t('settings.save')}
        </Button>
        <span role="status">{update.isSuccess && !isChanged && t('settings.saved')}</span>
      </div>
    </section>
  )
}

/** How much more the second is; a change asks for no further service. */
const increaseOf = (before: Resources, after: Resources): Resources & { services: number } => ({
  services: 0,
  ram_mb: after.ram_mb - before.ram_mb,
  cpus: after.cpus - before.cpus,
  storage_gb: after.storage_gb - before.storage_gb,
})

const PowerSettings = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const { act } = useServiceActions(service)
  const isStopped = service.status === 'stopped'
  return (
    <section className={classes.section}>
      <h2>{t('settings.power')}</h2>
      <p>{t(isStopped ? 'settings.power_off_text' : 'settings.power_on_text')}</p>
      {act.isError && <RequestFailed title={t('service.failed_action')} error={act.error} />}
      <div className={classes.buttons}>
        {isStopped ? (
          <Button variant="default" loading={act.isPending} onClick={() => act.mutate('start')}>
            {t('service.start')}
          </Button>
        ) : (
          <>
            <Button
              variant="default"
              loading={act.isPending && act.variables === 'restart'}
              onClick={() => act.mutate('restart')}
            >
              {t('service.restart')}
            </Button>
            <Button
              variant="default"
              loading={act.isPending && act.variables === 'stop'}
              onClick={() => act.mutate('stop')}
            >
              {t('service.stop')}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}
