import type { FormatAnswer, FormatManifest, gatewayRoutes } from '@parcela/contract'
import { z } from 'zod'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

/** GET /formats: the catalog. */
export const createListFormats =
  ({ catalog }: Pick<GatewayPorts, 'catalog'>): Handler<typeof gatewayRoutes.listFormats> =>
  async () => ({ status: 200, body: { items: [...catalog.values()].map(toFormatAnswer), next: null } })

const toFormatAnswer = ({ requirements, container: _, ...format }: FormatManifest): FormatAnswer => ({
  ...format,
  additional_requirements: z.toJSONSchema(requirements, { io: 'input', unrepresentable: 'any' }),
})
