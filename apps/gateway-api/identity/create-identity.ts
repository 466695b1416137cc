import { apiKey } from '@better-auth/api-key'
import type { Log } from '@parcela/kit'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api'
import type { EnsurePerson } from '../people/ensure-person.ts'
import type { GatewaySettings } from '../settings.ts'
import { parseUsername, requireFreeUsername } from './sign-up-username.ts'

/** The database that holds sign-in accounts: `{ db: kysely, type: 'postgres' }`, or an adapter of better-auth. */
export type IdentityDatabase = NonNullable<BetterAuthOptions['database']>

export type IdentityPorts = {
  identity: IdentityDatabase
  settings: Pick<GatewaySettings, 'panelUrl' | 'secret' | 'signUp'>
  people: Parameters<typeof requireFreeUsername>[0]
  ensurePerson: EnsurePerson
  log: Log
}

export type Identity = ReturnType<typeof createIdentity>

/** Carries the address of the client from the edge to better-auth's own limits; never taken from outside. */
export const addressHeader = 'x-parcela-client-address'

export const passwordLength = { minimum: 10, maximum: 256 }

/** Accounts, passwords, sessions and API keys. Who a person is and what they may do is ours, not in here. */
export const createIdentity = ({ identity, settings, people, ensurePerson, log }: IdentityPorts) =>
  betterAuth({
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
    },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'warn' : 'debug']({ part: 'identity' }, message),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: settings.signUp !== 'open',
      minPasswordLength: passwordLength.minimum,
      maxPasswordLength: passwordLength.maximum,
    },
    session: { cookieCache: { enabled: false } },
    // `__Host-` needs Secure, Path=/ and no Domain; better-auth's own switch would put `__Secure-` before it.
    advanced: {
      cookiePrefix: '__Host-parcela',
      useSecureCookies: false,
      defaultCookieAttributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    rateLimit: { enabled: true, window: 60, max: 600, storage: 'memory', customRules: addressRules },
    databaseHooks: {
      user: {
        create: {
          // Only a sign-up makes its person here; who makes an account by other means makes the person, too.
          after: async (user, context) => {
            if (context?.path !== signUpPath) return
            await ensurePerson(user, parseUsername(context.body))
          },
        },
      },
    },
    hooks: {
      before: createAuthMiddleware(async context => {
        if (context.path !== signUpPath) return
        if (settings.signUp !== 'open') throw new APIError('FORBIDDEN', { code: 'SIGN_UP_CLOSED', message: closed })
        await requireFreeUsername(people, parseUsername(context.body))
      }),
    },
    // The gateway limits the requests of a key like any other caller's; better-auth's default is 10 a day.
    plugins: [apiKey({ defaultPrefix: 'parcela_', rateLimit: { enabled: false }, maximumNameLength: 64 })],
  })

const signUpPath = '/sign-up/email'

const closed = 'Sign-up is closed here. Ask an administrator for an account.'

/** Per address, and a whole class may sit behind one: guessing is stopped per account, in `attempts.ts`. */
const addressRules = {
  '/sign-in/email': { window: 60, max: 90 },
  '/sign-up/email': { window: 60, max: 60 },
  '/change-password': { window: 60, max: 20 },
}
