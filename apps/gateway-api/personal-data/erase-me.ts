import { AppError, type gatewayRoutes, invalidFields } from '@parcela/contract'
import { requireSession } from '../accounts/require-session.ts'
import type { KeyCache } from '../callers/key-cache.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

type Dependencies = Pick<GatewayPorts, 'personalData' | 'clock'> & { keys: Pick<KeyCache, 'clear'> }

const freshMs = 15 * 60_000

/** POST /me/erase: ends the caller's account. Only soon after a sign-in, so that a session left open on a shared computer is not enough. */
export const createEraseMe =
  ({ personalData, clock, keys }: Dependencies): Handler<typeof gatewayRoutes.eraseMe> =>
  async ({ caller, body }) => {
    requireSession(caller)
    const age = clock.now().getTime() - (caller.signed_in_at?.getTime() ?? 0)
    if (age > freshMs) {
      throw new AppError(
        'forbidden',
        'Sign in again first: an account is erased only soon after its password was given.',
        {
          details: { reason: 'sign_in_again' },
        },
      )
    }
    if (body.username !== caller.person.username) {
      throw invalidFields({ username: 'is not yours; write it out to say that you mean it' })
    }
    await personalData.erasePerson(caller.person.id)
    keys.clear()
    return { status: 204, body: null }
  }
