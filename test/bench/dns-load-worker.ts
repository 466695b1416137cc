import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'

export type DnsLoad = {
  port: number
  /** Whole messages; the first two bytes are the id, which each asker sets. */
  questions: readonly Uint8Array[]
  /** Questions that are on their way at the same time, each from a socket of its own. */
  inFlight: number
  durationMs: number
}
export type DnsLoadResult = {
  answered: number
  lost: number
  latenciesMs: Float64Array
  elapsedMs: number
  codes: Record<number, number>
}

/** A question without an answer is given up after this long. */
const patienceMs = 500

// A thread of its own, so that the server that is measured does not wait for the load. Asks again as soon as it is answered.
const askAll = async ({ port, questions, inFlight, durationMs }: DnsLoad): Promise<DnsLoadResult> => {
  const latencies: number[] = []
  const codes: Record<number, number> = {}
  let lost = 0
  let next = 0
  const started = performance.now()
  const deadline = started + durationMs

  const askInTurn = (socket: Socket): Promise<void> =>
    new Promise(resolve => {
      let id = 0
      let sentAt = 0
      const ask = (): void => {
        if (performance.now() >= deadline) {
          clearInterval(watch)
          resolve()
          return
        }
        const question = Buffer.from(questions[next++ % questions.length] ?? [])
        id = (id + 1) & 0xffff
        question.writeUInt16BE(id, 0)
        sentAt = performance.now()
        socket.send(question)
      }
      const watch = setInterval(() => {
        if (performance.now() - sentAt < patienceMs) return
        lost += 1
        ask()
      }, patienceMs)
      socket.on('message', reply => {
        if (reply.readUInt16BE(0) !== id) return
        latencies.push(performance.now() - sentAt)
        const code = (reply[3] ?? 0) & 0xf
        codes[code] = (codes[code] ?? 0) + 1
        ask()
      })
      ask()
    })

  const sockets = await Promise.all(Array.from({ length: inFlight }, () => openSocket(port)))
  await Promise.all(sockets.map(askInTurn))
  const elapsedMs = performance.now() - started
  for (const socket of sockets) socket.close()
  return { answered: latencies.length, lost, latenciesMs: Float64Array.from(latencies), elapsedMs, codes }
}

const openSocket = async (port: number): Promise<Socket> => {
  const socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

parentPort?.postMessage(await askAll(workerData as DnsLoad))
