import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNginxEdge, type NginxEdge, type NginxEdgeOptions } from '@parcela/edge-nginx'
import { silentLog } from '@parcela/kit'
import { makeCertificate } from './edge-certificates.ts'

export type EdgeFixture = {
  home: string
  options: NginxEdgeOptions
  edge: NginxEdge
  /** A second object on the same folder, as the next process of the platform makes one. */
  reopen(changes?: Partial<NginxEdgeOptions>, internals?: Parameters<typeof createNginxEdge>[1]): NginxEdge
  /** A web server on the loopback that ends with the fixture. */
  serve(listener: RequestListener): Promise<{ address: string; port: number; server: Server }>
  /** The same as the gateway, on its socket. */
  serveGateway(listener: RequestListener): Promise<Server>
  close(): Promise<void>
}

/** An nginx of ours in a folder and on ports of its own, with certificates for `panel.localhost` and `*.apps.localhost`. */
export const openEdgeFixture = async (changes: Partial<NginxEdgeOptions> = {}): Promise<EdgeFixture> => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-edge-'))
  await chmod(home, 0o755)
  const options: NginxEdgeOptions = {
    directory: join(home, 'edge'),
    bind: '127.0.0.1',
    httpPort: await findFreePort(),
    httpsPort: await findFreePort(),
    panelHost: 'panel.localhost',
    gatewaySocket: join(home, 'gateway.sock'),
    log: silentLog,
    ...changes,
  }
  const edges: NginxEdge[] = []
  const servers: Server[] = []
  const reopen: EdgeFixture['reopen'] = (more = {}, internals) => {
    const edge = createNginxEdge({ ...options, ...more }, internals)
    edges.push(edge)
    return edge
  }
  const listen = async (listener: RequestListener, where: object): Promise<Server> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>(resolve => server.listen(where, resolve))
    return server
  }
  const edge = reopen()
  await edge.start()
  await edge.ensureCertificates([
    await makeCertificate(home, ['panel.localhost']),
    await makeCertificate(home, ['*.apps.localhost']),
  ])
  return {
    home,
    options,
    edge,
    reopen,
    serve: async listener => {
      const server = await listen(listener, { host: '127.0.0.1', port: 0 })
      return { address: '127.0.0.1', port: (server.address() as AddressInfo).port, server }
    },
    serveGateway: async listener => {
      const server = await listen(listener, { path: options.gatewaySocket })
      await chmod(options.gatewaySocket, 0o666)
      return server
    },
    close: async () => {
      for (const each of edges) await each.stop()
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      }
      await rm(home, { recursive: true, force: true })
    },
  }
}

export const findFreePort = async (): Promise<number> => {
  const server = createTcpServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
