import type { gatewayRoutes, TrafficPoint } from '@parcela/contract'
import { latencyBoundsMs, type TrafficFigures } from '@parcela/core'
import { scopeFor } from '../callers/caller.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'
import { estimateLatency } from './estimate-latency.ts'

const hourMs = 3_600_000
/** As long as minutes are kept. */
const hoursInMinutes = 48

type Figures = Pick<TrafficFigures, 'requests' | 'bytes' | 'latencies'>

/** GET /services/{id}/traffic: who came, in minutes or in hours. */
export const createReadTraffic =
  ({ traffic, clock }: Pick<GatewayPorts, 'traffic' | 'clock'>): Handler<typeof gatewayRoutes.readTraffic> =>
  async ({ caller, params, query: { hours } }) => {
    const stepSeconds = hours <= hoursInMinutes ? 60 : 3_600
    const to = clock.now()
    // From the beginning of a step on: its figures are not divided.
    const stepMs = stepSeconds * 1_000
    const from = new Date(Math.floor((to.getTime() - hours * hourMs) / stepMs) * stepMs)
    const figures = await traffic.readTraffic(scopeFor(caller, 'service:read'), params.id, { from, to, stepSeconds })
    return {
      status: 200,
      body: {
        from: from.toISOString(),
        to: to.toISOString(),
        step_seconds: stepSeconds,
        items: figures.map(({ at, ...rest }) => ({ at: at.toISOString(), ...toPoint(rest) })),
        total: toPoint(figures.reduce(add, nothing)),
      },
    }
  }

const nothing: Figures = { requests: [0, 0, 0, 0, 0], bytes: 0, latencies: latencyBoundsMs.map(() => 0).concat(0) }

const add = (one: Figures, other: Figures): Figures => ({
  requests: sum(one.requests, other.requests) as unknown as Figures['requests'],
  bytes: one.bytes + other.bytes,
  latencies: sum(one.latencies, other.latencies),
})

const sum = (one: readonly number[], other: readonly number[]): number[] =>
  one.map((count, index) => count + (other[index] ?? 0))

const toPoint = ({ requests, bytes, latencies }: Figures): Omit<TrafficPoint, 'at'> => {
  const [informational, success, redirection, client, server] = requests
  return {
    requests: { '1xx': informational, '2xx': success, '3xx': redirection, '4xx': client, '5xx': server },
    bytes,
    p50_ms: estimateLatency(latencies, 0.5),
    p95_ms: estimateLatency(latencies, 0.95),
  }
}
