import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Log } from '@parcela/kit'

export type TcpLimits = {
  connections: number
  /** From connecting, or from the last whole message either way, to the next whole message. */
  idleMs: number
  /** A question is short; who announces more is not asking one. */
  messageBytes: number
}

/** DNS over TCP (RFC 7766): many questions per connection, answered in order, some by several messages. `handle` answers none to end the connection. */
export const listenTcp = async (
  address: { bind: string; port: number },
  handle: (packet: Buffer, from: string) => readonly Buffer[],
  { log, limits }: { log: Log; limits: TcpLimits },
): Promise<{ port: number; close(): Promise<void> }> => {
  // In the order of their last message: the first is the one to give up when all places are taken.
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    const [longestSilent] = open
    if (open.size > limits.connections) longestSilent?.destroy()
    serve(socket, handle, { limits, log, onMessage: () => open.delete(socket) && open.add(socket) })
    socket.on('close', () => open.delete(socket))
  })
  server.listen(address.port, address.bind)
  await once(server, 'listening')
  server.on('error', error => log.warn({ err: error }, 'the DNS listener reported an error'))
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

const serve = (
  socket: Socket,
  handle: (packet: Buffer, from: string) => readonly Buffer[],
  { limits, log, onMessage }: { limits: TcpLimits; log: Log; onMessage: () => void },
): void => {
  let pending = Buffer.alloc(0)
  let timer = setTimeout(() => socket.destroy(), limits.idleMs)
  const giveTime = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => socket.destroy(), limits.idleMs)
  }

  const answerWhole = (): void => {
    // An asker that does not read its answers gets no further ones until it does.
    while (!socket.writableNeedDrain && pending.length >= 2) {
      const length = pending.readUInt16BE(0)
      if (length > limits.messageBytes) return void socket.destroy()
      if (pending.length < length + 2) return
      const replies = handle(pending.subarray(2, length + 2), socket.remoteAddress ?? '')
      pending = pending.subarray(length + 2)
      if (replies.length === 0) return void socket.destroy()
      giveTime()
      onMessage()
      for (const reply of replies) socket.write(withLength(reply))
    }
    if (socket.writableNeedDrain) socket.pause()
  }

  socket.on('data', part => {
    pending = Buffer.concat([pending, part])
    answerWhole()
  })
  socket.on('drain', () => {
    giveTime()
    answerWhole()
    if (!socket.writableNeedDrain) socket.resume()
  })
  socket.on('error', error => log.debug({ code: (error as NodeJS.ErrnoException).code }, 'a DNS connection broke'))
  socket.on('close', () => clearTimeout(timer))
}

const withLength = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(2)
  prefix.writeUInt16BE(message.length)
  return Buffer.concat([prefix, message])
}
