import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request as send } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Pebble } from './start-pebble.ts'

export type AcmeProxy = {
  directoryUrl: string
  /** From now on requests to this path are answered with these, as an authority that has had enough. */
  refuse(path: string, answer: { status: number; headers?: Record<string, string>; problem: object }): void
  /** Nobody listens any more; connections are refused. */
  goDown(): Promise<void>
  /** Back as it was at the beginning. */
  comeBack(): Promise<void>
  /** The paths of all requests since the beginning. */
  listRequests(): string[]
  stop(): Promise<void>
}

/** Stands before pebble and passes everything on, until told otherwise: pebble itself has no limits and no bad days. */
export const startAcmeProxy = async (pebble: Pebble): Promise<AcmeProxy> => {
  const ca = await readFile(pebble.caFile, 'utf8')
  const refused = new Map<string, { status: number; headers?: Record<string, string>; problem: object }>()
  const requests: string[] = []

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/'
    requests.push(path)
    const refusal = refused.get(path)
    if (refusal) {
      const type = { 'content-type': 'application/problem+json', 'replay-nonce': 'AAAAAAAAAAAAAAAAAAAAAA' }
      response.writeHead(refusal.status, { ...type, ...refusal.headers }).end(JSON.stringify(refusal.problem))
      return
    }
    // With the host it was asked by, pebble's addresses lead here, too.
    const { port } = new URL(pebble.directoryUrl)
    const options = {
      host: 'localhost',
      port,
      path,
      method: request.method,
      headers: request.headers,
      ca,
      agent: false,
    }
    const passed = send(options, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', error => response.destroy(error))
    request.pipe(passed)
  }

  const listen = async (port: number) => {
    const server = createServer({ cert: pebble.certificate, key: pebble.key }, handle)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await listen(0)
  const { port } = server.address() as AddressInfo

  const goDown = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  return {
    directoryUrl: `https://localhost:${port}/dir`,
    refuse: (path, answer) => refused.set(path, answer),
    goDown,
    comeBack: async () => {
      refused.clear()
      if (!server.listening) server = await listen(port)
    },
    listRequests: () => [...requests],
    stop: goDown,
  }
}
