import type { TeamRole } from '@parcela/contract'
import type { InvitationId, PersonId, TeamId } from '../model/id.ts'
import type { Person } from './people.ts'

export type Invitation = {
  id: InvitationId
  team_id: TeamId
  team_name: string
  role: TeamRole
  /** Bound to this address, in lower case; null for whoever holds the link. */
  email: string | null
  created_at: Date
  expires_at: Date
}

export type NewInvitation = {
  team_id: TeamId
  role: TeamRole
  email: string | null
  /** SHA-256 of the token in hexadecimal; the token itself is kept nowhere. */
  token_hash: string
  invited_by: PersonId
  expires_at: Date
}

/** Who was asked into which team. */
export interface Invitations {
  /**
   * All of them or none. One of the same address and team that is open ends. `not_found` for a team that is none; `conflict` with reason
   * `personal_team` for somebody's own, `too_many_invitations` where the inviter would make more than a thousand in a day.
   */
  createInvitations(invitations: readonly NewInvitation[]): Promise<Invitation[]>
  /** The open ones of one team, newest first; a thousand at most. */
  listInvitations(teamId: TeamId): Promise<Invitation[]>
  /** `not_found` for one that does not exist or is not open. */
  getInvitation(id: string): Promise<Invitation>
  /** Twice equals once. */
  revokeInvitation(id: string): Promise<void>
  /** `not_found` for an unknown token; `conflict` with reason `invitation_used`, `invitation_revoked` or `invitation_expired`. */
  getOpenInvitation(tokenHash: string): Promise<Invitation>
  /** Whether an invitation bound to this address is open. */
  isInvited(email: string): Promise<boolean>
  /** Those of the addresses that a member of the team has. */
  findMembers(teamId: TeamId, emails: readonly string[]): Promise<string[]>
  /**
   * Makes the person a member and ends the invitation, both or neither. As `getOpenInvitation`; also `forbidden` with reason
   * `invitation_foreign` where it is bound to another address, `conflict` with reason `member_present` for a member.
   */
  acceptInvitation(tokenHash: string, person: Pick<Person, 'id'> & { email: string | null }): Promise<Invitation>
}
