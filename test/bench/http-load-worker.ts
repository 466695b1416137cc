import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

export type HttpLoad = {
  port: number
  requests: readonly { path: string; headers: Record<string, string> }[]
  /** Requests that are on their way at the same time. */
  inFlight: number
  durationMs: number
}
export type HttpLoadResult = {
  latenciesMs: Float64Array
  elapsedMs: number
  statuses: Record<number, number>
  bytes: number
}

// A thread of its own, so that the server that is measured does not wait for the load. Asks again as soon as it is answered.
const askAll = async ({ port, requests, inFlight, durationMs }: HttpLoad): Promise<HttpLoadResult> => {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const latencies: number[] = []
  const statuses: Record<number, number> = {}
  let bytes = 0
  let next = 0
  const started = performance.now()

  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const { path, headers } = requests[next++ % requests.length] ?? { path: '/', headers: {} }
      const askedAt = performance.now()
      request({ host: '127.0.0.1', port, agent, path, headers }, response => {
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
        })
        response.once('end', () => {
          latencies.push(performance.now() - askedAt)
          const status = response.statusCode ?? 0
          statuses[status] = (statuses[status] ?? 0) + 1
          resolve()
        })
        response.once('error', reject)
      })
        .once('error', reject)
        .end()
    })
  const askInTurn = async (): Promise<void> => {
    while (performance.now() - started < durationMs) await ask()
  }
  await Promise.all(Array.from({ length: inFlight }, askInTurn))
  const elapsedMs = performance.now() - started
  agent.destroy()
  return { latenciesMs: Float64Array.from(latencies), elapsedMs, statuses, bytes }
}

parentPort?.postMessage(await askAll(workerData as HttpLoad))
