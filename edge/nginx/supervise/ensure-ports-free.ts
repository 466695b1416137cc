import { once } from 'node:events'
import { createServer } from 'node:net'
import { AppError } from '@parcela/contract'

export type PortUse = { address: string; port: number; setting: string }

/** Throws `unavailable`, with the setting to change, when another program has one of the ports or the system does not give it to us. */
export const ensurePortsFree = async (uses: readonly PortUse[]): Promise<void> => {
  for (const { address, port, setting } of uses) {
    const server = createServer()
    try {
      server.listen({ host: address, port, exclusive: true })
      await once(server, 'listening')
    } catch (error) {
      throw new AppError(
        'unavailable',
        `${problems[(error as NodeJS.ErrnoException).code ?? ''] ?? unknownProblem}`
          .replace('PORT', String(port))
          .replace('ADDRESS', address)
          .replace('SETTING', setting),
        {
          details: { reason: 'port_in_use', setting, port },
          cause: error,
        },
      )
    }
    await new Promise(resolve => server.close(resolve))
  }
}

const problems: Record<string, string> = {
  EADDRINUSE: 'Port PORT is used by another program. Stop that program, or choose another port with SETTING.',
  EACCES: 'Port PORT may not be opened by this user. Choose one above 1023 with SETTING, or start as root.',
  EADDRNOTAVAIL: 'This machine has no address ADDRESS to open port PORT at. Set PARCELA_BIND to one that it has.',
}
const unknownProblem = 'Port PORT could not be opened. Choose another with SETTING.'
