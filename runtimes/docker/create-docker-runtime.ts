import { AppError } from '@parcela/contract'
import type { Runtime } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { createEngineConnection } from './connect-engine.ts'
import { createImages } from './images.ts'
import { createInstances } from './instances.ts'
import { createNetworks } from './networks.ts'
import { createReadLogs } from './read-logs.ts'

export type DockerRuntimeOptions = {
  /** The engine's unix socket, such as /var/run/docker.sock. */
  socketPath: string
  /** The installation's id: lower-case letters, digits and single hyphens. Objects of other installations on the same engine are never touched. */
  platform: string
  /**
   * The host's address that instances are published on, and under which the edge reaches them. Any other than a loopback address opens every
   * instance, without TLS, to whoever reaches that address.
   */
  publishAddress?: string
  log: Log
}

/** Containers through the Docker Engine API (1.41 or newer). See the port `Runtime` for the promises. */
export const createDockerRuntime = (options: DockerRuntimeOptions): Runtime => {
  const { socketPath, platform, publishAddress = '127.0.0.1', log } = options
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(platform))
    throw new AppError('invalid', "The platform's id may only hold the letters a-z, digits and single hyphens.")
  const engine = createEngineConnection(socketPath)
  return {
    checkHealth: async () => {
      try {
        return { reachable: true, version: await engine.askVersion(), problem: null }
      } catch (error) {
        log.debug({ err: error }, 'the engine does not answer')
        return { reachable: false, version: null, problem: error instanceof Error ? error.message : String(error) }
      }
    },
    ...createImages({ engine, platform, log }),
    ...createNetworks({ engine, platform, publishAddress }),
    ...createInstances({ engine, platform, publishAddress, log }),
    readLogs: createReadLogs({ engine, platform }),
  }
}
