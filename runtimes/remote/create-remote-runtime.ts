import { logLine, type RuntimeImage, type RuntimeInstance, runtimeRoutes } from '@parcela/contract'
import type { Image, Instance, Runtime, RuntimeHealth, TeamNetwork } from '@parcela/core'
import { type Log, readLines } from '@parcela/kit'
import { type Connection, createConnection } from './connection.ts'
import { ensureRemoteImage } from './ensure-remote-image.ts'

export type RemoteRuntimeOptions = {
  /** Where API Docker listens: `https://docker-1.internal:7443`. */
  url: string
  token: string
  /** PEM of the authority that signed its certificate, when no public one did. */
  ca?: string
  log: Log
}

const outputLine = logLine.omit({ release_id: true })

/** The port `Runtime` over HTTP. Errors arrive as they left; `unavailable` when the host does not answer. */
export const createRemoteRuntime = ({ url, token, ca, log }: RemoteRuntimeOptions): Runtime => {
  const connection = createConnection({ url, token, ca })
  const { call } = connection
  return {
    checkHealth: () => checkHealth(connection, log),
    listInstances: async service_id =>
      (await call(runtimeRoutes.listInstances, { query: { service_id } })).items.map(toInstance),
    listImages: async service_id =>
      (await call(runtimeRoutes.listImages, { query: { service_id } })).items.map(toImage),
    listNetworks: async () => (await call(runtimeRoutes.listNetworks, {})).items as TeamNetwork[],
    hasImage: async reference => (await call(runtimeRoutes.findImage, { query: { reference } })).exists,
    ensureImage: (request, options) => ensureRemoteImage(connection, request, options),
    ensureNetwork: ({ team_id, subnet }) =>
      call(runtimeRoutes.ensureNetwork, { params: { team_id }, body: { subnet } }),
    ensureInstance: async spec => toInstance(await call(runtimeRoutes.ensureInstance, { body: spec })),
    stopInstance: (id, { graceSeconds }) =>
      call(runtimeRoutes.stopInstance, { params: { id }, query: { grace_seconds: graceSeconds } }),
    removeInstance: (id, { graceSeconds }) =>
      call(runtimeRoutes.removeInstance, { params: { id }, query: { grace_seconds: graceSeconds } }),
    removeImage: reference => call(runtimeRoutes.removeImage, { query: { reference } }),
    removeNetwork: ({ team_id }) => call(runtimeRoutes.removeNetwork, { params: { team_id } }),

    readLogs: async function* (id, { lines, follow, signal }) {
      const input = { params: { id }, query: { lines, follow }, signal }
      try {
        for await (const line of readLines(await connection.stream(runtimeRoutes.readLogs, input)))
          if (line !== '') yield outputLine.parse(JSON.parse(line))
      } catch (error) {
        // The reader has gone: the ordinary end of following.
        if (!signal.aborted) throw error
      }
    },
  }
}

const toInstance = (answer: RuntimeInstance): Instance =>
  ({ ...answer, created_at: new Date(answer.created_at) }) as Instance

const toImage = (answer: RuntimeImage): Image => ({ ...answer, created_at: new Date(answer.created_at) }) as Image

const checkHealth = async ({ call }: Connection, log: Log): Promise<RuntimeHealth> => {
  try {
    return await call(runtimeRoutes.checkHealth, {})
  } catch (error) {
    log.debug({ err: error }, 'the remote host does not answer')
    return { reachable: false, version: null, problem: error instanceof Error ? error.message : String(error) }
  }
}
