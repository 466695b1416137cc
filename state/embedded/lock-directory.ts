import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { AppError } from '@parcela/contract'

/**
 * Claims a directory for this process, until released or until the process ends, however it ends: a name in the kernel's abstract socket
 * namespace (unix(7)), which has no file that could be left behind. `conflict` while another process holds it.
 */
export const lockDirectory = async (directory: string): Promise<{ release(): Promise<void> }> => {
  const name = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 32)
  const server = createServer(visitor => visitor.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? inUse(error) : error))
    server.listen(`\0parcela-${name}`, resolve)
  })
  server.unref()
  return {
    release: async () => {
      if (server.listening) await new Promise(resolve => server.close(resolve))
    },
  }
}

const inUse = (cause: Error): AppError =>
  new AppError(
    'conflict',
    'Another Parcela is running with the same PARCELA_HOME. Stop it first, or choose another home.',
    {
      details: { reason: 'home_in_use' },
      cause,
    },
  )
