import type { GenericEndpointContext } from 'better-auth'
import { APIError, getSessionFromCtx } from 'better-auth/api'

/** Refuses to remove the one thing that somebody signs in with: nobody, and no administrator, locks themselves out. */
export const requireOtherCredential = async (context: GenericEndpointContext): Promise<void> => {
  const session = await getSessionFromCtx(context)
  // Who is nobody, or asks for what is somebody else's, is refused by the route itself.
  if (!session) return
  const { adapter, internalAdapter } = context.context
  const where = [{ field: 'userId', value: session.user.id }]
  const passkeys = await adapter.findMany<{ id: string }>({ model: 'passkey', where })
  const accounts = await internalAdapter.findAccounts(session.user.id)
  const others = passkeys.filter(passkey => passkey.id !== context.body?.id)
  if (others.length === passkeys.length || others.length + accounts.length > 0) return
  throw new APIError('CONFLICT', {
    code: 'LAST_CREDENTIAL',
    message: 'This is the only way for you to sign in. Set a password or add another passkey first.',
  })
}
