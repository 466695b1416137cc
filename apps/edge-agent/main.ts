import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createNginxEdge } from '@parcela/edge-nginx'
import { createLog, parseSettings } from '@parcela/kit'
import { challengesOf, edgeAgentSettings } from './settings.ts'
import { startEdgeAgent } from './start-edge-agent.ts'

/** No page is served here: a name that can be nobody's (RFC 6761). */
const noPanel = 'panel.invalid'

const main = async (): Promise<void> => {
  const settings = parseSettings(edgeAgentSettings, process.env, 'PARCELA_')
  const log = createLog({ level: settings.PARCELA_LOG_LEVEL }).child({ app: 'edge-agent' })
  const home = resolve(settings.PARCELA_HOME)
  await mkdir(join(home, 'log'), { recursive: true, mode: 0o755 })
  const edge = createNginxEdge({
    directory: join(home, 'edge'),
    logDirectory: join(home, 'log'),
    bind: settings.PARCELA_BIND,
    httpPort: settings.PARCELA_HTTP_PORT,
    httpsPort: settings.PARCELA_HTTPS_PORT,
    panelHost: noPanel,
    gatewaySocket: join(home, 'no-gateway.sock'),
    challengeUpstream: challengesOf(settings),
    log: log.child({ part: 'edge' }),
  })
  const { stop } = await startEdgeAgent({ settings, home, edge, log })

  const end = (): void => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the edge could not be stopped properly')
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
