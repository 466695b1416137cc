import { request } from 'node:http'

export type ControlClient = {
  /** The version of the configuration that a worker serves now; undefined when none answers. */
  findVersion(): Promise<string | undefined>
  /** Where a worker would send this host: the entry that its link names; null for nowhere, undefined when no worker answers. */
  findEntry(host: string): Promise<string | null | undefined>
}

/** Questions to the running nginx, over its control socket. */
export const createControlClient = ({
  socket,
  verifyToken,
}: {
  socket: string
  verifyToken: string
}): ControlClient => {
  const ask = (path: string, host: string): Promise<{ status: number; body: string } | undefined> =>
    new Promise(resolve => {
      const asked = request({
        socketPath: socket,
        path,
        headers: { host, 'x-parcela-verify': verifyToken },
        agent: false,
        timeout: 2_000,
      })
      asked.on('response', answer => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', () => resolve(undefined))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
      })
      asked.on('timeout', () => asked.destroy())
      asked.on('error', () => resolve(undefined))
      asked.on('close', () => resolve(undefined))
      asked.end()
    })

  return {
    findVersion: async () => {
      const answer = await ask('/version', 'control')
      return answer?.status === 200 ? answer.body : undefined
    },
    findEntry: async host => {
      const answer = await ask('/route', host)
      if (answer?.status === 404) return null
      return answer?.status === 200 ? answer.body.slice(answer.body.lastIndexOf('/') + 1) : undefined
    },
  }
}
