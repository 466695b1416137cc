import { passwordLength } from '@parcela/contract'
import type { Clock, People } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api'
import type { Mailer } from '../mail/create-mailer.ts'
import type { EnsurePerson } from '../people/ensure-person.ts'
import type { GatewaySettings } from '../settings.ts'
import type { Admission } from './admission.ts'
import { requireOtherCredential } from './require-other-credential.ts'
import { requireUnbreached } from './require-unbreached.ts'
import { linkLifetimeSeconds, signInMails } from './sign-in-mails.ts'
import { signInPlugins } from './sign-in-plugins.ts'
import { parseUsername } from './sign-up-username.ts'

/** The database that holds sign-in accounts: `{ db: kysely, type: 'postgres' }`, or an adapter of better-auth. */
export type IdentityDatabase = NonNullable<BetterAuthOptions['database']>

export type IdentityPorts = {
  identity: IdentityDatabase
  settings: Pick<GatewaySettings, 'panelUrl' | 'secret' | 'signUp' | 'openId' | 'breachList'>
  people: Pick<People, 'findByAccount'>
  admission: Admission
  ensurePerson: EnsurePerson
  /** Without one nothing is mailed, and addresses are not verified. */
  mailer?: Mailer | undefined
  clock: Clock
  log: Log
}

export type Identity = ReturnType<typeof createIdentity>

/** Carries the address of the client from the edge to better-auth's own limits; never taken from outside. */
export const addressHeader = 'x-parcela-client-address'

/** Accounts, passwords, second factors, passkeys, sessions and API keys. Who a person is and what they may do is ours, not in here. */
export const createIdentity = (ports: IdentityPorts) => {
  const { identity, settings, people, mailer, log } = ports
  const { sendResetPassword, sendVerificationEmail } = signInMails({ mailer, people, panelUrl: settings.panelUrl })
  const instance = betterAuth({
    appName: 'Parcela',
    baseURL: settings.panelUrl,
    basePath: '/api/auth',
    secret: settings.secret,
    database: identity,
    trustedOrigins: [new URL(settings.panelUrl).origin],
    telemetry: { enabled: false },
    onAPIError: {
      // Refusals are answers. Anything else goes to the gateway's own error handler, which logs it once.
      onError: error => {
        if (!isAPIError(error)) throw error
      },
      errorURL: `${new URL(settings.panelUrl).origin}/sign-in`,
    },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'warn' : 'debug']({ part: 'identity' }, message),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: settings.signUp === 'closed',
      minPasswordLength: passwordLength.minimum,
      maxPasswordLength: passwordLength.maximum,
      requireEmailVerification: mailer !== undefined,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: linkLifetimeSeconds,
      ...(sendResetPassword ? { sendResetPassword } : {}),
      // The link was sent to the address, or handed over by an administrator who knows whose it is.
      onPasswordReset: async ({ user }) => {
        if (!user.emailVerified)
          await (await instance.$context).internalAdapter.updateUser(user.id, { emailVerified: true })
      },
    },
    emailVerification: {
      sendOnSignUp: mailer !== undefined,
      sendOnSignIn: true,
      autoSignInAfterVerification: false,
      expiresIn: linkLifetimeSeconds,
      ...(sendVerificationEmail ? { sendVerificationEmail } : {}),
    },
    // A provider's account joins one of ours only where both know the address to be the person's own.
    account: {
      accountLinking: { enabled: true, trustedProviders: [], allowDifferentEmails: false },
      updateAccountOnSignIn: false,
    },
    verification: { storeIdentifier: 'hashed' },
    session: { cookieCache: { enabled: false } },
    // `__Host-` needs Secure, Path=/ and no Domain; better-auth's own switch would put `__Secure-` before it.
    advanced: {
      cookiePrefix: '__Host-parcela',
      useSecureCookies: false,
      defaultCookieAttributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      // Said here, because the library leaves both checks out where it finds itself in a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    rateLimit: { enabled: true, window: 60, max: 600, storage: 'memory', customRules: addressRules },
    databaseHooks: databaseHooks(ports),
    hooks: {
      before: createAuthMiddleware(async context => {
        if (context.path === signUpPath) await ports.admission.requireSignUp(context.body)
        if (setsPassword.has(context.path)) {
          await requireUnbreached(
            { list: settings.breachList, log },
            context.body?.newPassword ?? context.body?.password,
          )
        }
        if (context.path === '/passkey/delete-passkey') await requireOtherCredential(context)
      }),
    },
    plugins: signInPlugins(ports),
  })
  return instance
}

const signUpPath = '/sign-up/email'
const setsPassword: ReadonlySet<string> = new Set([signUpPath, '/change-password', '/reset-password'])
const callbackPath = '/callback/:id'

const databaseHooks = ({ admission, ensurePerson, people }: IdentityPorts): BetterAuthOptions['databaseHooks'] => ({
  user: {
    create: {
      before: async (user, context) => {
        if (context?.path === callbackPath) await admission.requireNewcomer(user)
        const isProven = context?.path === signUpPath && (await admission.provesEmail(context.body))
        return { data: isProven ? { ...user, emailVerified: true } : user }
      },
      // Only a sign-up makes its person here; who makes an account by other means makes the person, too.
      after: async (user, context) => {
        if (context?.path !== signUpPath) return
        const person = await ensurePerson(user, parseUsername(context.body))
        await admission.acceptInvitation(context.body, { id: person.id, email: user.email })
      },
    },
  },
  session: {
    create: {
      before: async session => {
        const person = await people.findByAccount(session.userId)
        if (person?.disabled_at) throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED', message: disabled })
      },
    },
  },
})

const disabled = 'This account is disabled. Ask an administrator.'

/** Per address, and a whole class may sit behind one: guessing is stopped per account, in `attempts.ts` and by the lock of the second factor. */
const addressRules = {
  '/sign-in/email': { window: 60, max: 90 },
  '/sign-in/social': { window: 60, max: 90 },
  '/sign-up/email': { window: 60, max: 60 },
  '/change-password': { window: 60, max: 20 },
  '/request-password-reset': { window: 60, max: 30 },
  '/send-verification-email': { window: 60, max: 30 },
  '/reset-password': { window: 60, max: 30 },
  '/two-factor/*': { window: 60, max: 90 },
}
