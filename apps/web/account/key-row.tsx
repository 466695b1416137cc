import type { KeyAnswer } from '@parcela/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { accountGateway, accountQueries } from '../client/account.ts'
import { gateway } from '../client/gateway.ts'
import { teamQueries } from '../client/teams.ts'
import { Moment } from '../frame/moment.tsx'
import classes from './account-page.module.css'
import { AskFirst } from './ask-first.tsx'

/** One key: what it may do and where, whether it is used, and the way to end it. */
export const KeyRow = ({ apiKey, onGone }: { apiKey: KeyAnswer; onGone: () => void }) => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const reach = useReach(apiKey)
  const revoke = useMutation({
    mutationFn: () => accountGateway.deleteKey(apiKey.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: accountQueries.keys.queryKey })
      onGone()
    },
  })
  return (
    <li>
      <div className={classes.what}>
        <strong>{apiKey.name}</strong>
        <span>
          {t(`keys.scope_${apiKey.scope}`)} · {reach}
        </span>
        <span className={classes.times}>
          <code>{apiKey.start}…</code>
          <span>
            {t('keys.made')} <Moment time={apiKey.created_at} />
          </span>
          <span>
            {apiKey.last_used_at === null ? (
              t('keys.never_used')
            ) : (
              <>
                {t('keys.used')} <Moment time={apiKey.last_used_at} />
              </>
            )}
          </span>
          <span>
            {apiKey.expires_at === null ? (
              t('keys.lasts')
            ) : (
              <>
                {t('keys.ends')} <Moment time={apiKey.expires_at} />
              </>
            )}
          </span>
        </span>
      </div>
      <div className={classes.acts}>
        <AskFirst
          action={t('keys.revoke')}
          about={apiKey.name}
          title={t('keys.revoke_title', { name: apiKey.name })}
          text={t('keys.revoke_text')}
          mutation={revoke}
          onConfirm={() => revoke.mutate()}
        />
      </div>
    </li>
  )
}

/** Where the key reaches, by the names of today; an id where the name cannot be had any more. */
const useReach = ({ team_id: teamId, service_id: serviceId }: KeyAnswer): string => {
  const { t } = useTranslation()
  const { data: teams } = useQuery({ ...teamQueries.own, enabled: teamId !== null })
  const { data: service } = useQuery({
    queryKey: ['service', serviceId],
    queryFn: () => gateway.getService(serviceId ?? ''),
    enabled: serviceId !== null,
    staleTime: 60_000,
    retry: false,
  })
  if (serviceId !== null) return t('keys.reach_service', { name: service?.name ?? serviceId })
  if (teamId === null) return t('keys.reach_all')
  return t('keys.reach_team', { name: teams?.find(({ id }) => id === teamId)?.name ?? teamId })
}
