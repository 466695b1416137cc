import { Button } from '@mantine/core'
import type { TeamAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { teamQueries } from '../client/teams.ts'
import { DataTable } from '../frame/data-table.tsx'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { useTeamActions } from './use-team-actions.ts'

/** Who was invited and has not come yet; nothing where there is nobody. */
export const OpenInvitations = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(teamQueries.invitations(team.id))
  const { withdraw } = useTeamActions(team.id)
  if (error !== null && data === undefined)
    return <RequestFailed title={t('invite.open_failed')} error={error} onRetry={() => void refetch()} />
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title={t('invite.open_title')} text={t('invite.open_text')}>
      <DataTable
        label={t('invite.open_title')}
        rows={data.items}
        keyOf={({ id }) => id}
        columns={[
          {
            label: t('invite.email'),
            isName: true,
            cell: ({ email }) => <strong>{email ?? t('invite.anybody')}</strong>,
          },
          { label: t('teams.role'), cell: ({ role }) => t(`teams.role_${role}`) },
          { label: t('invite.ends'), cell: invitation => <Moment time={invitation.expires_at} /> },
          {
            label: t('administration.actions'),
            isActions: true,
            cell: ({ id, email }) => (
              <Button
                variant="subtle"
                color="red"
                size="xs"
                loading={withdraw.isPending && withdraw.variables === id}
                onClick={() => withdraw.mutate(id)}
                aria-label={`${t('invite.withdraw')}: ${email ?? t('invite.anybody')}`}
              >
                {t('invite.withdraw')}
              </Button>
            ),
          },
        ]}
      />
      {withdraw.isError && <RequestFailed title={t('service.failed_action')} error={withdraw.error} />}
    </Section>
  )
}
