import type { Language, TeamRole } from '@parcela/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { teamQueries, teamsGateway } from '../client/teams.ts'

/** What can be asked of one team; everything that is shown of it is read again after each. */
export const useTeamActions = (teamId: string) => {
  const queryClient = useQueryClient()
  const onSuccess = async (): Promise<void> => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: teamQueries.team(teamId).queryKey }),
      queryClient.invalidateQueries({ queryKey: teamQueries.own.queryKey }),
    ])
  }
  /** The team is not the person's any more: nothing of it may be asked for again. */
  const forget = async (): Promise<void> => {
    await queryClient.invalidateQueries({ queryKey: teamQueries.own.queryKey })
    void queryClient.invalidateQueries({ queryKey: ['services'] })
  }
  return {
    rename: useMutation({ mutationFn: (name: string) => teamsGateway.renameTeam(teamId, name), onSuccess }),
    leave: useMutation({ mutationFn: () => teamsGateway.leaveTeam(teamId), onSuccess: forget }),
    remove: useMutation({ mutationFn: () => teamsGateway.deleteTeam(teamId), onSuccess: forget }),
    changeMember: useMutation({
      mutationFn: ({ personId, role }: { personId: string; role: TeamRole }) =>
        teamsGateway.changeMember(teamId, personId, role),
      onSuccess,
    }),
    removeMember: useMutation({
      mutationFn: (personId: string) => teamsGateway.removeMember(teamId, personId),
      onSuccess,
    }),
    invite: useMutation({
      mutationFn: (asked: { role: TeamRole; email: string | null; language: Language }) =>
        teamsGateway.invite({ team_id: teamId, ...asked }),
      onSuccess,
    }),
    inviteClass: useMutation({
      mutationFn: (asked: { role: TeamRole; csv: string; language: Language }) =>
        teamsGateway.inviteClass({ team_id: teamId, ...asked }),
      onSuccess,
    }),
    withdraw: useMutation({ mutationFn: (id: string) => teamsGateway.withdrawInvitation(id), onSuccess }),
  }
}
