import type { TeamRole } from '@parcela/contract'
import type { PersonId, TeamId } from '../model/id.ts'
import type { Member, Membership, Team } from '../model/team.ts'
import type { Page, Paged, TeamScope } from './desired-state.ts'

/**
 * Who works together. Every team keeps an owner: what would leave one without is `conflict` with reason `last_owner`. A personal team keeps its
 * person as its one member: anything else is `conflict` with reason `personal_team`.
 */
export interface Teams {
  /** With this person as its owner and the default plan. `conflict` with reason `name_taken` where another team's name looks the same. */
  createTeam(team: { name: string; owner_id: PersonId }): Promise<Team>
  /** Oldest first. */
  listTeams(scope: TeamScope, page: Page): Promise<Paged<Team>>
  getTeam(scope: TeamScope, id: string): Promise<Team>
  renameTeam(scope: TeamScope, id: string, name: string): Promise<Team>
  /** `conflict` with reason `has_services` while a service, or the files of a deleted one, is the team's. */
  deleteTeam(scope: TeamScope, id: string): Promise<void>

  /** What the person is in each of their teams; read at every request. */
  listMemberships(personId: PersonId): Promise<Membership[]>
  listMembers(scope: TeamScope, teamId: string): Promise<Member[]>
  /** Twice equals once; a member keeps the role they have. `not_found` for a team or person that is not there. */
  addMember(teamId: TeamId, personId: PersonId, role: TeamRole): Promise<void>
  changeMember(scope: TeamScope, teamId: string, change: { person_id: string; role: TeamRole }): Promise<Member>
  /** What they asked for stays with the team, in the name of the owner who is it for longest. `not_found` for one who is no member. */
  removeMember(scope: TeamScope, teamId: string, personId: string): Promise<void>
}
