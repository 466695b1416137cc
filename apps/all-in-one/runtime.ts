import { readFile } from 'node:fs/promises'
import type { Runtime } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { createDockerRuntime } from '@parcela/runtime-docker'
import type { Settings } from './settings.ts'

/** Containers run on this host, or where an API Docker answers: decided here, once. */
export const createRuntime = async ({
  settings,
  platform,
  log,
}: {
  settings: Settings
  platform: string
  log: Log
}): Promise<Runtime> => {
  const { PARCELA_DOCKER_API_URL: url, PARCELA_DOCKER_API_TOKEN: token, PARCELA_DOCKER_API_CA: caFile } = settings
  const partLog = log.child({ part: 'runtime' })
  const { PARCELA_DOCKER_SOCKET: socketPath, PARCELA_PUBLISH_ADDRESS: publishAddress } = settings
  if (!url || !token) return createDockerRuntime({ socketPath, platform, publishAddress, log: partLog })
  const ca = caFile ? { ca: await readFile(caFile, 'utf8') } : {}
  // Loaded where it is needed alone: it brings an HTTP client that everybody else would keep in memory.
  const { createRemoteRuntime } = await import('@parcela/runtime-remote')
  return createRemoteRuntime({ url, token, ...ca, log: partLog })
}
