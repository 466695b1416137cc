import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Authorize } from '../callers/authorize.ts'
import type { Readiness } from '../ports.ts'

type Dependencies = { app: FastifyInstance; authorize: Authorize; health: () => Promise<Readiness> }

/** /healthz: the process answers. /readyz: the platform can work. /metrics: numbers for Prometheus, for administrators' API keys. */
export const serveProbes = ({ app, authorize, health }: Dependencies): void => {
  const registry = new Registry()
  // Measured twice a second: the default of every ten milliseconds would keep an idle machine awake.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 500 })
  const durations = new Histogram({
    name: 'parcela_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.config.route?.path ?? request.routeOptions.url ?? 'none'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })

  const hidden = { schema: { hide: true } }
  app.get('/healthz', hidden, async (_request, reply) => reply.type('application/json').send('{"ok":true}'))
  app.get('/readyz', hidden, async (_request, reply) => {
    const { ok, checks } = await health()
    // What is wrong with a part is for the log and the administrators, not for whoever asks.
    const parts = Object.fromEntries(Object.entries(checks).map(([part, problem]) => [part, problem === null]))
    return reply
      .code(ok ? 200 : 503)
      .type('application/json')
      .send(JSON.stringify({ ok, checks: parts }))
  })
  app.get('/metrics', hidden, async (request, reply) => {
    await authorize(request, reply, 'platform:admin')
    return reply.type(registry.contentType).send(Readable.from([await registry.metrics()]))
  })
}
