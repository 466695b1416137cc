import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Log } from '@parcela/kit'

/** Answers `handle`'s packet to each packet; none means silence. Rejects with the system's error when the port cannot be had. */
export const listenUdp = async (
  address: { bind: string; port: number },
  handle: (packet: Buffer, from: string) => readonly Buffer[],
  { log }: { log: Log },
): Promise<{ port: number; close(): Promise<void> }> => {
  const socket = createSocket(isIPv6(address.bind) ? 'udp6' : 'udp4')
  socket.on('message', (packet, from) => {
    const [reply] = handle(packet, from.address)
    if (reply === undefined) return
    socket.send(reply, from.port, from.address, error => {
      if (error) log.debug({ code: (error as NodeJS.ErrnoException).code }, 'a DNS reply could not be sent')
    })
  })
  await bind(socket, address)
  socket.on('error', error => log.warn({ err: error }, 'the DNS socket reported an error'))
  return {
    port: socket.address().port,
    close: async () => {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

const bind = (socket: Socket, { bind: host, port }: { bind: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', fail)
    socket.bind({ address: host, port }, () => {
      socket.off('error', fail)
      resolve()
    })
  })
