import type { Route } from '@parcela/contract'
import type { FastifyInstance } from 'fastify'
import { type RouteContext, registerRoute } from './register-route.ts'
import type { Handler, Handlers } from './route-input.ts'

/** A manifest of 50,000 files with long paths. */
const manifestBytes = 32 * 1024 * 1024

/** Serves every route of the table with its handler; a table without a handler for each does not compile. */
export const registerRoutes = async <T extends Record<string, Route>>(
  context: RouteContext,
  routes: T,
  handlers: Handlers<T>,
): Promise<void> => {
  for (const [name, route] of Object.entries(routes)) {
    const handler = handlers[name] as unknown as Handler<Route>
    const options = { name, handler, ...(name === 'createUpload' ? { bodyLimit: manifestBytes } : {}) }
    if (takesBytes(route))
      await context.app.register(scope =>
        acceptBytes(scope, () => registerRoute({ ...context, app: scope }, route, options)),
      )
    else registerRoute(context, route, options)
  }
}

const takesBytes = (route: Route): boolean => route.bodyTypes?.['application/octet-stream'] !== undefined

/** Any body is handed on as the stream it is: `curl -T` names no type. */
const acceptBytes = async (scope: FastifyInstance, register: () => void): Promise<void> => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  register()
}
