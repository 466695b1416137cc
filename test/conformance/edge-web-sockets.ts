import type { Server } from 'node:http'
import { connect, type TLSSocket } from 'node:tls'

/** Has the server take every upgrade and send back what it is told, in upper case. (Bytes as they are: the edge never looks into frames.) */
export const answerWebSockets = (server: Server): void => {
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('data', (data: Buffer) => socket.write(data.toString().toUpperCase()))
    socket.on('end', () => socket.end())
    socket.on('error', () => socket.destroy())
  })
}

export type HeldSockets = {
  /** Says a word over each, and answers how many gave it back within five seconds. */
  countEchoes(word: string): Promise<number>
  countClosed(): number
  close(): void
}

/** Opens WebSockets to the edge at this port, each on a connection of its own. */
export const openWebSockets = async (port: number, host: string, count: number): Promise<HeldSockets> => {
  let closed = 0
  const sockets = await Promise.all(Array.from({ length: count }, () => openOne(port, host)))
  for (const socket of sockets) {
    socket.on('close', () => {
      closed += 1
    })
  }
  return {
    countEchoes: async word => {
      const echoes = await Promise.all(sockets.map(socket => isEchoed(socket, word)))
      return echoes.filter(Boolean).length
    },
    countClosed: () => closed,
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const openOne = (port: number, host: string): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false })
    socket.on('error', reject)
    socket.once('data', (data: Buffer) => {
      if (data.toString().startsWith('HTTP/1.1 101')) resolve(socket)
      else reject(new Error(`Instead of a WebSocket: ${data.toString().slice(0, 60)}`))
    })
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  })

const isEchoed = (socket: TLSSocket, word: string): Promise<boolean> =>
  new Promise(resolve => {
    const timer = setTimeout(() => resolve(false), 5_000)
    socket.once('data', (data: Buffer) => {
      clearTimeout(timer)
      resolve(data.toString() === word.toUpperCase())
    })
    if (socket.destroyed) resolve(false)
    else socket.write(word)
  })
