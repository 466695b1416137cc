import type { FastifyInstance } from 'fastify'
import { apiPrefix } from './register-route.ts'

/** Refuses to start with a path under /api/v1 that the contract does not have: such a path would have no permission. */
export const requireContract = (app: FastifyInstance): void => {
  app.addHook('onRoute', ({ url, method, config }) => {
    if (!url.startsWith(`${apiPrefix}/`) || config?.route || config?.isDescription) return
    throw new Error(
      `${method} ${url} is not in the contract's table of routes; declare it in contract/routes/gateway.ts`,
    )
  })
}
