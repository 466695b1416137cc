import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that the kernel gives to outgoing connections, and above what other tests on this machine take by default. */
const lowest = 10_000
const highest = 32_000
const attempts = 50

/** The first of `size` neighbouring ports that nothing listens on, on the loopback, over TCP and UDP. */
export const findFreeRange = async (size: number): Promise<number> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const first = randomInt(lowest, highest - size)
    if (await areFree(Array.from({ length: size }, (_, index) => first + index))) return first
  }
  throw new Error(`No ${size} neighbouring ports were free in ${attempts} attempts`)
}

const areFree = async (ports: readonly number[]): Promise<boolean> => {
  const found = await Promise.all(ports.flatMap(port => [isFreeForTcp(port), isFreeForUdp(port)]))
  return found.every(Boolean)
}

const isFreeForTcp = async (port: number): Promise<boolean> => {
  const server = createServer()
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch (error) {
    return isTaken(error)
  }
}

const isFreeForUdp = async (port: number): Promise<boolean> => {
  const socket = createSocket('udp4')
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true })
    await once(socket, 'listening')
    socket.close()
    await once(socket, 'close')
    return true
  } catch (error) {
    return isTaken(error)
  }
}

const isTaken = (error: unknown): false => {
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
  throw error
}
