import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'

/** Serves the files of a folder as an edge does for the challenge by HTTP, and remembers who asked for what. */
export const serveWebroot = async (
  folder: string,
  port: number,
): Promise<{ listRequests(): string[]; stop(): Promise<void> }> => {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = normalize(request.url ?? '/')
    requests.push(`${request.headers.host?.replace(/:\d+$/, '')}${path}`)
    readFile(join(folder, path)).then(
      content => response.end(content),
      () => response.writeHead(404).end('there is no such file\n'),
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    listRequests: () => [...requests],
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
