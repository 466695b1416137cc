import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Edge } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { createAskGateway } from './ask-gateway.ts'
import { followSnapshots } from './follow-snapshots.ts'
import { parsePublicKey } from './open-snapshot.ts'
import type { EdgeAgentSettings } from './settings.ts'
import { createVersionFile } from './version-file.ts'

type Parts = {
  settings: EdgeAgentSettings
  /** The folder that holds what this edge serves. */
  home: string
  edge: Edge & { start(): Promise<void>; stop(): Promise<void> }
  log: Log
}

/** Starts the edge with what was served last, also while the gateway does not answer, and follows the gateway from then on. */
export const startEdgeAgent = async ({ settings, home, edge, log }: Parts): Promise<{ stop: () => Promise<void> }> => {
  const key = parsePublicKey(settings.PARCELA_EDGE_PUBLIC_KEY)
  const ca = settings.PARCELA_EDGE_CA ? await readFile(settings.PARCELA_EDGE_CA, 'utf8') : undefined
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
