import { findEmailProblem } from '@parcela/contract'
import type { Invitation, Invitations, People, Person } from '@parcela/core'
import { APIError } from 'better-auth/api'
import { hashToken } from '../invitations/hash-token.ts'
import type { GatewaySettings } from '../settings.ts'
import { parseUsername, requireFreeUsername } from './sign-up-username.ts'

type Dependencies = {
  settings: Pick<GatewaySettings, 'signUp'>
  people: Pick<People, 'findByUsername'>
  invitations: Invitations
}

/** Who may make an account: by signing up, or by coming from an OpenID provider for the first time. */
export type Admission = ReturnType<typeof createAdmission>

export const createAdmission = ({ settings: { signUp }, people, invitations }: Dependencies) => ({
  /** Refuses a sign-up that may not be, before anything is made. */
  requireSignUp: async (body: unknown): Promise<void> => {
    const token = readField(body, 'invitation')
    if (signUp === 'closed' || (signUp === 'invite' && token === undefined)) throw closed()
    const email = readField(body, 'email')
    requirePlainEmail(email)
    if (token !== undefined) await requireInvitation(invitations, { token, email })
    await requireFreeUsername(people, parseUsername(body))
  },

  /** Whether the sign-up shows that the address is the person's own: the invitation that holds it was sent there, or handed over for it. */
  provesEmail: async (body: unknown): Promise<boolean> => {
    const token = readField(body, 'invitation')
    if (token === undefined) return false
    const invitation = await requireInvitation(invitations, { token, email: readField(body, 'email') })
    return invitation.email !== null
  },

  /** Makes who signed up with an invitation a member. */
  acceptInvitation: async (body: unknown, person: Pick<Person, 'id'> & { email: string }): Promise<void> => {
    const token = readField(body, 'invitation')
    if (token !== undefined) await invitations.acceptInvitation(hashToken(token), person)
  },

  /** Refuses somebody new from an OpenID provider, unless anybody may come or this address is invited and the provider vouches for it. */
  requireNewcomer: async (user: { email: string; emailVerified: boolean }): Promise<void> => {
    requirePlainEmail(user.email)
    if (signUp === 'open') return
    if (signUp === 'invite' && user.emailVerified && (await invitations.isInvited(user.email.toLowerCase()))) return
    throw closed()
  },
})

/** For who makes accounts without sign-up. */
export const admitNobody: Admission = {
  requireSignUp: () => Promise.reject(closed()),
  provesEmail: async () => false,
  acceptInvitation: () => Promise.reject(closed()),
  requireNewcomer: () => Promise.reject(closed()),
}

const requireInvitation = async (
  invitations: Invitations,
  { token, email }: { token: string; email: string | undefined },
): Promise<Invitation> => {
  const invitation = await invitations.getOpenInvitation(hashToken(token))
  if (invitation.email === null || invitation.email === email?.toLowerCase()) return invitation
  throw new APIError('FORBIDDEN', {
    code: 'INVITATION_FOREIGN',
    message: 'This invitation is for another e-mail address. Sign up with that one.',
  })
}

const requirePlainEmail = (email: string | undefined): void => {
  const problem = email === undefined ? 'is missing' : findEmailProblem(email)
  if (problem) throw new APIError('UNPROCESSABLE_ENTITY', { code: 'INVALID_EMAIL', message: `email: ${problem}` })
}

/** A field of a body that nothing has checked yet. */
const readField = (body: unknown, field: string): string | undefined => {
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

const closed = (): APIError =>
  new APIError('FORBIDDEN', {
    code: 'SIGN_UP_CLOSED',
    message: 'Sign-up is closed here. Ask an administrator for an account or an invitation.',
  })
