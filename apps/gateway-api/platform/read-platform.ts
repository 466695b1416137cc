import type { gatewayRoutes } from '@parcela/contract'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

/** GET /platform: what the sign-in page must know before anybody has signed in. */
export const createReadPlatform =
  ({ settings }: Pick<GatewayPorts, 'settings'>): Handler<typeof gatewayRoutes.getPlatform> =>
  async () => ({
    status: 200,
    body: {
      sign_up: settings.signUp,
      mail: settings.mail !== undefined,
      open_id: settings.openId ? { name: settings.openId.name } : null,
    },
  })
