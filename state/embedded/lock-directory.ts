import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { AppError } from '@parcela/contract'
import { waitUntil } from '@parcela/kit'

/** A killed process holds its sockets for a moment longer. */
const waitMs = 3_000

/**
 * Claims a directory for this process, until released or until the process ends, however it ends: a name in the kernel's abstract socket
 * namespace (unix(7)), which has no file that could be left behind. `conflict` when another process holds it and goes on holding it.
 */
export const lockDirectory = async (directory: string): Promise<{ release(): Promise<void> }> => {
  const hash = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
  const deadline = Date.now() + waitMs
  const look = async (): Promise<Server | undefined> => {
    const server = await listen(`\0parcela-${hash.slice(0, 32)}`)
    if (!server && Date.now() >= deadline) throw inUse()
    return server
  }
  const server = await waitUntil(look, { timeoutMs: waitMs + 1_000, what: 'the lock of the database' })
  server.unref()
  return {
    release: async () => {
      if (server.listening) await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Undefined when somebody else has the name. */
const listen = (name: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer(visitor => visitor.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(name, () => resolve(server))
  })

const inUse = (): AppError =>
  new AppError(
    'conflict',
    'Another Parcela is running with the same PARCELA_HOME. Stop it first, or choose another home.',
    { details: { reason: 'home_in_use' } },
  )
