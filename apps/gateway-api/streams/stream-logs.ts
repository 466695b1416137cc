import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { gatewayRoutes, LogLine } from '@parcela/contract'
import type { ReleaseId, TeamScope } from '@parcela/core'
import { scopeFor } from '../callers/caller.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'
import type { WatchAccess } from './watch-access.ts'

type Dependencies = Pick<GatewayPorts, 'desired' | 'journal' | 'logs'> & { watchAccess: WatchAccess }

/** GET /services/{id}/logs: what the service says, or what its last build said, a JSON document per line. */
export const createStreamLogs =
  (ports: Dependencies): Handler<typeof gatewayRoutes.streamLogs> =>
  async ({ caller, params, query: { kind, follow, lines }, request, reply, ...input }) => {
    const permission = 'service:read'
    const scope = scopeFor(caller, permission)
    const service = await ports.desired.getService(scope, params.id)
    const signal = follow
      ? ports.watchAccess({ request, permission, serviceId: service.id, signal: input.signal })
      : input.signal
    reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    const read =
      kind === 'runtime'
        ? ports.logs.read(service.id, { lines, follow, signal })
        : readBuild(ports, { scope, releaseId: service.release_id, lines, follow, signal })
    return Readable.from(render(read), { objectMode: true })
  }

async function* render(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

type BuildOptions = {
  scope: TeamScope
  releaseId: ReleaseId | null
  lines: number
  follow: boolean
  signal: AbortSignal
}

const lookEveryMs = 500

/** A build is short and its log complete in the journal: following it is looking again until it is over. */
async function* readBuild({ desired, journal }: Dependencies, options: BuildOptions): AsyncGenerator<LogLine> {
  const { scope, releaseId, lines, follow, signal } = options
  if (!releaseId) return
  let told: number | undefined
  while (!signal.aborted) {
    const { status } = await desired.getRelease(scope, releaseId)
    const all = await journal.readBuildLog(releaseId)
    yield* all.slice(told ?? Math.max(all.length - lines, 0))
    told = all.length
    if (!follow || (status !== 'queued' && status !== 'building')) return
    await sleep(lookEveryMs)
  }
}
