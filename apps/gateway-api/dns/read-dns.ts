import type { gatewayRoutes } from '@parcela/contract'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

/** GET /dns: what was published, from the database. The name server itself is asked by the reconciler alone. */
export const createReadDns =
  ({ observed, settings }: Pick<GatewayPorts, 'observed' | 'settings'>): Handler<typeof gatewayRoutes.readDns> =>
  async () => {
    const { server, records, zones } = settings.dns
    const published = await observed.listRecords()
    const items = published.map(({ values, ...record }) => ({ ...record, values: [...values] }))
    return { status: 200, body: { server, records, zones: [...zones], items, next: null } }
  }
