import { createLog, parseSettings } from '@parcela/kit'
import { edgeAgentSettings } from './settings.ts'
import { startEdgeAgent } from './start-edge-agent.ts'

try {
  const settings = parseSettings(edgeAgentSettings, process.env, 'PARCELA_')
  const log = createLog({ level: settings.PARCELA_LOG_LEVEL }).child({ app: 'edge-agent' })
  const { stop } = await startEdgeAgent(settings, log)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the edge could not be stopped properly')
          process.exit(1)
        },
      )
    })
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
