import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createNginxEdge } from '@parcela/edge-nginx'
import type { Log } from '@parcela/kit'
import { createAskGateway } from './ask-gateway.ts'
import { followSnapshots } from './follow-snapshots.ts'
import { parsePublicKey } from './open-snapshot.ts'
import type { EdgeAgentSettings } from './settings.ts'
import { createVersionFile } from './version-file.ts'

/** No page is served here: a name that can be nobody's (RFC 6761). */
const noPanel = 'panel.invalid'

/** Starts nginx with what was served last, also while the gateway does not answer, and follows the gateway from then on. */
export const startEdgeAgent = async (settings: EdgeAgentSettings, log: Log): Promise<{ stop: () => Promise<void> }> => {
  const home = resolve(settings.PARCELA_HOME)
  await mkdir(join(home, 'log'), { recursive: true, mode: 0o755 })
  const key = parsePublicKey(settings.PARCELA_EDGE_PUBLIC_KEY)
  const ca = settings.PARCELA_EDGE_CA ? await readFile(settings.PARCELA_EDGE_CA, 'utf8') : undefined
  const edge = createNginxEdge({
    directory: join(home, 'edge'),
    logDirectory: join(home, 'log'),
    bind: settings.PARCELA_BIND,
    httpPort: settings.PARCELA_HTTP_PORT,
    httpsPort: settings.PARCELA_HTTPS_PORT,
    panelHost: noPanel,
    gatewaySocket: join(home, 'no-gateway.sock'),
    log: log.child({ part: 'edge' }),
  })
  await edge.start()

  const ending = new AbortController()
  const following = followSnapshots(
    {
      ask: createAskGateway({ url: settings.PARCELA_EDGE_GATEWAY, token: settings.PARCELA_EDGE_TOKEN, ca }),
      edge,
      key,
      versions: createVersionFile(join(home, 'applied.json')),
      log,
    },
    ending.signal,
  )
  return {
    stop: async () => {
      ending.abort()
      await following
      await edge.stop()
    },
  }
}
