import type { gatewayRoutes } from '@parcela/contract'
import type { SecretRotation } from '@parcela/core'
import type { Handler } from '../routes/route-input.ts'

/** POST /secrets/rotate: a new key for everything that is stored encrypted. */
export const createRotateSecrets =
  ({ secrets }: { secrets: SecretRotation }): Handler<typeof gatewayRoutes.rotateSecrets> =>
  async () => ({ status: 200, body: await secrets.rotate() })
