import { type gatewayRoutes, invalidFields } from '@parcela/contract'
import { requireSession } from '../accounts/require-session.ts'
import type { KeyCache } from '../callers/key-cache.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'
import type { RequireProof } from './require-proof.ts'

type Dependencies = Pick<GatewayPorts, 'personalData'> & {
  keys: Pick<KeyCache, 'clear'>
  requireProof: RequireProof
}

/** POST /me/erase: ends the caller's account. A session left open on a shared computer is not enough. */
export const createEraseMe =
  ({ personalData, keys, requireProof }: Dependencies): Handler<typeof gatewayRoutes.eraseMe> =>
  async ({ caller, body, request }) => {
    requireSession(caller)
    if (body.username !== caller.person.username) {
      throw invalidFields({ username: 'is not yours; write it out to say that you mean it' })
    }
    await requireProof(caller, request, body.password)
    await personalData.erasePerson(caller.person.id)
    keys.clear()
    return { status: 204, body: null }
  }
