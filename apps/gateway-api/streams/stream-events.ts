import { Readable } from 'node:stream'
import type { gatewayRoutes } from '@parcela/contract'
import { scopeFor } from '../callers/caller.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'
import { greeting, heartbeat, renderEvent } from './event-lines.ts'
import type { WatchAccess } from './watch-access.ts'
import { withHeartbeat } from './with-heartbeat.ts'

const heartbeatMs = 15_000

type Dependencies = Pick<GatewayPorts, 'desired' | 'events'> & { watchAccess: WatchAccess }

/** GET /services/{id}/events: what happens to the service, as it happens, from Last-Event-ID on. */
export const createStreamEvents =
  ({ desired, events, watchAccess }: Dependencies): Handler<typeof gatewayRoutes.streamEvents> =>
  async ({ caller, params, headers, request, reply, ...input }) => {
    const permission = 'service:read'
    const scope = scopeFor(caller, permission)
    // Asked first, so that what may not be seen is a plain 404 and not a stream that breaks.
    const { id } = await desired.getService(scope, params.id)
    const afterId = Number(headers['last-event-id'] ?? 0)
    const signal = watchAccess({ request, permission, serviceId: id, signal: input.signal })
    reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    return Readable.from(render(events.follow(scope, id, { afterId, signal }), signal))
  }

async function* render(
  stored: ReturnType<GatewayPorts['events']['follow']>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield greeting
  for await (const item of withHeartbeat(stored, { beat: heartbeat, everyMs: heartbeatMs, signal })) {
    yield typeof item === 'string' ? item : renderEvent(item)
  }
}
