import { AppError } from '@parcela/contract'
import { type Clock, createId, type Invitation, type Invitations, type NewInvitation } from '@parcela/core'

type Row = Invitation & Pick<NewInvitation, 'token_hash'> & { ended: 'used' | 'revoked' | null }

/** Invitations in memory; who accepts one becomes a member of nothing. */
export const createFakeInvitations = (clock: Clock): Invitations => {
  const rows: Row[] = []
  const isOpen = (row: Row): boolean => row.ended === null && row.expires_at > clock.now()
  const getOpen = (tokenHash: string): Row => {
    const row = rows.find(one => one.token_hash === tokenHash)
    if (!row) throw new AppError('not_found', 'There is no such invitation.')
    if (isOpen(row)) return row
    throw new AppError('conflict', 'not open', { details: { reason: `invitation_${row.ended ?? 'expired'}` } })
  }
  return {
    createInvitations: async invitations => {
      const made = invitations.map(({ invited_by, ...invitation }) => ({
        ...invitation,
        id: createId('inv', clock.now().getTime(), crypto.getRandomValues(new Uint8Array(16))),
        team_name: invitation.team_id,
        created_at: clock.now(),
        ended: null,
      }))
      for (const row of rows) {
        const isReplaced = made.some(
          one => one.email !== null && one.email === row.email && one.team_id === row.team_id,
        )
        if (isOpen(row) && isReplaced) row.ended = 'revoked'
      }
      rows.push(...made)
      return made
    },
    listInvitations: async teamId => rows.filter(row => row.team_id === teamId && isOpen(row)).reverse(),
    getInvitation: async id => {
      const row = rows.find(one => one.id === id && isOpen(one))
      if (!row) throw new AppError('not_found', 'There is no such open invitation.')
      return row
    },
    revokeInvitation: async id => {
      for (const row of rows) if (row.id === id && row.ended === null) row.ended = 'revoked'
    },
    getOpenInvitation: async tokenHash => getOpen(tokenHash),
    isInvited: async email => rows.some(row => row.email === email && isOpen(row)),
    findMembers: async () => [],
    acceptInvitation: async (tokenHash, person) => {
      const row = getOpen(tokenHash)
      if (row.email !== null && row.email !== person.email?.toLowerCase()) {
        throw new AppError('forbidden', 'for another address', { details: { reason: 'invitation_foreign' } })
      }
      row.ended = 'used'
      return row
    },
  }
}
