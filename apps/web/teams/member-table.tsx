import { Button, Skeleton } from '@mantine/core'
import type { MemberAnswer, TeamAnswer } from '@parcela/contract'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { teamQueries } from '../client/teams.ts'
import { DataTable } from '../frame/data-table.tsx'
import { Moment } from '../frame/moment.tsx'
import { Question } from '../frame/question.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { RoleSelect } from './role-select.tsx'
import classes from './teams.module.css'
import { useTeamActions } from './use-team-actions.ts'

/** Everybody of a team with what they may do; owners change it. */
export const MemberTable = ({ team, mayManage }: { team: TeamAnswer; mayManage: boolean }) => {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(queries.me)
  const { data, error, refetch } = useQuery(teamQueries.members(team.id))
  const { changeMember, removeMember } = useTeamActions(team.id)
  const [leaving, setLeaving] = useState<MemberAnswer>()
  const mayChange = mayManage && !team.is_personal
  if (data === undefined)
    return error === null ? (
      <Skeleton height={170} radius="lg" />
    ) : (
      <RequestFailed title={t('teams.members_failed')} error={error} onRetry={() => void refetch()} />
    )
  const roleOf = (member: MemberAnswer) => {
    const isChanging = changeMember.isPending && changeMember.variables.personId === member.person_id
    if (!mayChange) return t(`teams.role_${member.role}`)
    return (
      <RoleSelect
        className={classes.role}
        ariaLabel={t('teams.role_of', { name: member.name })}
        value={isChanging ? changeMember.variables.role : member.role}
        disabled={isChanging}
        onChange={role => changeMember.mutate({ personId: member.person_id, role })}
      />
    )
  }
  return (
    <Section title={t('teams.members')}>
      <DataTable
        label={t('teams.members')}
        rows={data.items}
        keyOf={member => member.person_id}
        columns={[
          {
            label: t('teams.member'),
            isName: true,
            cell: member => (
              <>
                <strong>
                  {member.name}
                  {member.person_id === me.id && ` (${t('teams.you')})`}
                </strong>
                <small>{member.username}</small>
              </>
            ),
          },
          { label: t('teams.role'), cell: roleOf },
          { label: t('teams.since'), cell: member => <Moment time={member.since} /> },
          ...(mayChange
            ? [
                {
                  label: t('administration.actions'),
                  isActions: true,
                  cell: (member: MemberAnswer) =>
                    member.person_id !== me.id && (
                      <Button
                        variant="subtle"
                        color="red"
                        size="xs"
                        onClick={() => {
                          removeMember.reset()
                          setLeaving(member)
                        }}
                        aria-label={`${t('teams.remove')}: ${member.name}`}
                      >
                        {t('teams.remove')}
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      {changeMember.isError && <RequestFailed title={t('service.failed_action')} error={changeMember.error} />}
      <Question
        title={t('teams.remove_question', { name: leaving?.name ?? '', team: team.name })}
        text={t('teams.remove_text')}
        action={t('teams.remove')}
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => leaving && removeMember.mutate(leaving.person_id, { onSuccess: () => setLeaving(undefined) })}
        mutation={removeMember}
      />
    </Section>
  )
}
