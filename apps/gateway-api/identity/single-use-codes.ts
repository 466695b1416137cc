import { createOTP } from '@better-auth/utils/otp'
import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { symmetricDecrypt } from 'better-auth/crypto'

const path = '/two-factor/verify-totp'
const periodMs = 30_000

/** The codes that the library takes: of this step, the one before and the one after. */
const window = [0, -1, 1]

/**
 * Each code of an authenticator app once (RFC 6238, 5.2): the step of the newest used one is kept with the factor, and neither that nor an older
 * one is taken again. The step is taken before the library looks at the code, in one statement: of two who send it at once, one gets in.
 */
export const singleUseCodes = () =>
  ({
    id: 'single-use-codes',
    schema: {
      twoFactor: { fields: { lastUsedStep: { type: 'number', required: false, returned: false, input: false } } },
    },
    hooks: {
      before: [
        { matcher: context => context.path === path, handler: createAuthMiddleware(async context => useUp(context)) },
      ],
    },
  }) satisfies BetterAuthPlugin

const useUp = async (context: GenericEndpointContext): Promise<void> => {
  const code: unknown = context.body?.code
  const userId = await findUserId(context)
  // Who is nobody, or sends no code, is refused by the route itself.
  if (userId === undefined || typeof code !== 'string') return
  const { adapter, secretConfig } = context.context
  const where = [{ field: 'userId', value: userId }]
  const factor = await adapter.findOne<{ id: string; secret: string }>({ model: 'twoFactor', where })
  if (!factor) return
  const step = await findStep(await symmetricDecrypt({ key: secretConfig, data: factor.secret }), code)
  if (step === undefined) return
  const taken = await adapter.incrementOne({
    model: 'twoFactor',
    where: [
      { field: 'id', value: factor.id },
      { field: 'lastUsedStep', operator: 'lt', value: step },
    ],
    increment: {},
    set: { lastUsedStep: step },
  })
  if (!taken) {
    throw new APIError('UNAUTHORIZED', {
      code: 'CODE_ALREADY_USED',
      message: 'This code was used already. Wait for the next one.',
    })
  }
}

/** Whose code it is: of the session, or of whoever gave the right password just now. */
const findUserId = async (context: GenericEndpointContext): Promise<string | undefined> => {
  const session = await getSessionFromCtx(context)
  if (session) return session.user.id
  const { context: library } = context
  const { name } = library.createAuthCookie('two_factor')
  const challenge = await context.getSignedCookie(name, library.secret)
  if (!challenge) return undefined
  return (await library.internalAdapter.findVerificationValue(challenge))?.value
}

const findStep = async (secret: string, code: string): Promise<number | undefined> => {
  const now = Math.floor(Date.now() / periodMs)
  for (const offset of window) {
    if ((await createOTP(secret).hotp(now + offset)) === code) return now + offset
  }
  return undefined
}
