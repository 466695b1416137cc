import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { isReplyTo, soaRequest } from './soa-request.ts'

const timeoutMs = 2_000

/** Whether the server at this address answers a question over UDP, as a visitor's resolver would ask it. */
export const answersFor = async (
  zone: string,
  { address, port }: { address: string; port: number },
): Promise<boolean> => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  const request = soaRequest(zone)
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    socket.connect(port, address)
    await once(socket, 'connect', { signal })
    const answered = once(socket, 'message', { signal })
    socket.send(request)
    const [reply] = (await answered) as [Buffer]
    return isReplyTo(request, reply)
  } catch {
    // Silence and a closed port both are the answer no.
    return false
  } finally {
    socket.close()
  }
}
