import type {
  InvitationViewAnswer,
  KeyAnswer,
  KeyScope,
  Language,
  MeAnswer,
  SessionAnswer,
  TeamRole,
} from '@parcela/contract'
import { queryOptions } from '@tanstack/react-query'
import type { PasskeyCreation, PasskeyRequest } from './passkeys.ts'
import { requestJson } from './request-json.ts'

type List<T> = { items: T[] }
export type Passkey = { id: string; name?: string | null; createdAt: string }
export type AskedKey = {
  name: string
  scope: KeyScope
  team_id: string | null
  service_id: string | null
  expires_in_days: number | null
}
export type CreatedKey = KeyAnswer & { key: string }
/** What an authenticator app needs, and the codes for when it is lost. */
export type SecondFactor = { totpURI: string; backupCodes: string[] }
export type SecondStep = { kind: 'app' | 'recovery'; code: string }
type NewPerson = { name: string; email: string; password: string; invitation?: string }

const api = '/api/v1'
const auth = '/api/auth'
const within = (path: string, id: string): string => `${api}/${path}/${encodeURIComponent(id)}`
const stepPaths = { app: 'verify-totp', recovery: 'verify-backup-code' } as const

/** The calls about who somebody is: how they get in, and what they keep of it. */
export const accountGateway = {
  /** Without a session where the second factor is still to come. */
  signIn: (login: { email: string; password: string }) =>
    requestJson<{ twoFactorRedirect?: boolean }>('POST', `${auth}/sign-in/email`, login),
  takeSecondStep: ({ kind, code }: SecondStep) =>
    requestJson('POST', `${auth}/two-factor/${stepPaths[kind]}`, { code }),
  /** Without a session (`token` null) where the address is to be confirmed first. */
  signUp: (person: NewPerson) => requestJson<{ token: string | null }>('POST', `${auth}/sign-up/email`, person),
  signOut: () => requestJson('POST', `${auth}/sign-out`, {}),
  beginOpenId: (callbackURL: string) =>
    requestJson<{ url: string }>('POST', `${auth}/sign-in/social`, {
      provider: 'oidc',
      callbackURL,
      errorCallbackURL: '/sign-in',
      disableRedirect: true,
    }),
  askForReset: (email: string) => requestJson('POST', `${auth}/request-password-reset`, { email }),
  resetPassword: (reset: { token: string; newPassword: string }) =>
    requestJson('POST', `${auth}/reset-password`, reset),
  askForVerification: (email: string) => requestJson('POST', `${auth}/send-verification-email`, { email }),
  verifyEmail: (token: string) => requestJson('GET', `${auth}/verify-email?token=${encodeURIComponent(token)}`),
  changePassword: (change: { currentPassword: string; newPassword: string }) =>
    requestJson('POST', `${auth}/change-password`, { ...change, revokeOtherSessions: true }),

  hasSecondFactor: async (): Promise<boolean> => {
    const session = await requestJson<{ user?: { twoFactorEnabled?: boolean } } | null>('GET', `${auth}/get-session`)
    return session?.user?.twoFactorEnabled === true
  },
  beginSecondFactor: (password: string) =>
    requestJson<SecondFactor>('POST', `${auth}/two-factor/enable`, passwordOf(password)),
  endSecondFactor: (password: string) => requestJson('POST', `${auth}/two-factor/disable`, passwordOf(password)),
  renewRecoveryCodes: (password: string) =>
    requestJson<{ backupCodes: string[] }>('POST', `${auth}/two-factor/generate-backup-codes`, passwordOf(password)),

  beginPasskey: () => requestJson<PasskeyCreation>('GET', `${auth}/passkey/generate-register-options`),
  addPasskey: (made: { response: unknown; name: string }) =>
    requestJson<Passkey>('POST', `${auth}/passkey/verify-registration`, made),
  beginPasskeySignIn: () => requestJson<PasskeyRequest>('GET', `${auth}/passkey/generate-authenticate-options`),
  signInByPasskey: (response: unknown) => requestJson('POST', `${auth}/passkey/verify-authentication`, { response }),
  listPasskeys: () => requestJson<Passkey[]>('GET', `${auth}/passkey/list-user-passkeys`),
  renamePasskey: (change: { id: string; name: string }) =>
    requestJson('POST', `${auth}/passkey/update-passkey`, change),
  removePasskey: (id: string) => requestJson('POST', `${auth}/passkey/delete-passkey`, { id }),

  updateMe: (change: { name?: string; language?: Language }) => requestJson<MeAnswer>('PATCH', `${api}/me`, change),
  eraseMe: ({ username, password }: { username: string; password: string }) =>
    requestJson('POST', `${api}/me/erase`, { username, ...passwordOf(password) }),
  listKeys: () => requestJson<List<KeyAnswer>>('GET', `${api}/keys`),
  createKey: (asked: AskedKey) => requestJson<CreatedKey>('POST', `${api}/keys`, asked),
  deleteKey: (id: string) => requestJson('DELETE', within('keys', id)),
  listSessions: () => requestJson<List<SessionAnswer>>('GET', `${api}/sessions`),
  deleteSession: (id: string) => requestJson('DELETE', within('sessions', id)),
  deleteOtherSessions: () => requestJson('DELETE', `${api}/sessions`),
  readInvitation: (token: string) => requestJson<InvitationViewAnswer>('POST', `${api}/invitations/view`, { token }),
  acceptInvitation: (token: string) =>
    requestJson<{ team_id: string; role: TeamRole }>('POST', `${api}/invitations/accept`, { token }),
}

/** Where the file with everything about the caller is. */
export const exportAddress = `${api}/me/export`

/** Who came without a password leaves it out. */
const passwordOf = (password: string): { password?: string } => (password === '' ? {} : { password })

export const accountQueries = {
  secondFactor: queryOptions({ queryKey: ['account', 'second-factor'], queryFn: accountGateway.hasSecondFactor }),
  passkeys: queryOptions({ queryKey: ['account', 'passkeys'], queryFn: accountGateway.listPasskeys }),
  keys: queryOptions({
    queryKey: ['account', 'keys'],
    queryFn: accountGateway.listKeys,
    refetchInterval: 20_000,
  }),
  sessions: queryOptions({
    queryKey: ['account', 'sessions'],
    queryFn: accountGateway.listSessions,
    refetchInterval: 20_000,
  }),
  invitation: (token: string) =>
    queryOptions({
      queryKey: ['invitation', token],
      queryFn: () => accountGateway.readInvitation(token),
      staleTime: 60_000,
    }),
}
