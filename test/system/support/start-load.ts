import { request } from 'undici'
import { createLoopbackAgent } from './loopback-agent.ts'

export type LoadOptions = {
  url: string
  ca: string
  perSecond: number
  /** Every n-th request comes on a connection of its own, as a new visitor does; 0 for none. 5 unless given. */
  newConnectionEvery?: number
  /** Answers what is wrong with an answer, beyond its status. */
  check?: (answer: { status: number; body: string }) => string | undefined
  /** It ends by itself after this long. */
  limitMs: number
}

export type LoadReport = {
  sent: number
  succeeded: number
  /** Everything that was not a 2xx, or broke, or did not pass the check. */
  failures: { afterMs: number; what: string; newConnection: boolean }[]
  /** Body -> how often it came, when bodies are short. */
  bodies: Map<string, number>
  latencyMs: { median: number; p99: number; longest: number }
}

const bodyLimit = 200
const requestMs = 30_000

/** Asks at a constant rate, whether answers come or not, over kept connections and new ones mixed, until stopped. */
export const startLoad = (options: LoadOptions): { stop(): Promise<LoadReport>; readonly sent: number } => {
  const { url, ca, perSecond, newConnectionEvery = 5, check = () => undefined } = options
  const kept = createLoopbackAgent(ca, { connections: 64 })
  const started = performance.now()
  const underWay = new Set<Promise<void>>()
  const failures: LoadReport['failures'] = []
  const bodies = new Map<string, number>()
  const latencies: number[] = []
  let sent = 0

  const ask = async (newConnection: boolean): Promise<void> => {
    const begun = performance.now()
    const agent = newConnection ? createLoopbackAgent(ca, { connections: 1 }) : kept
    const fail = (what: string) => failures.push({ afterMs: Math.round(begun - started), what, newConnection })
    try {
      const response = await request(url, { dispatcher: agent, signal: AbortSignal.timeout(requestMs) })
      const body = await response.body.text()
      latencies.push(performance.now() - begun)
      const isSuccess = response.statusCode >= 200 && response.statusCode < 300
      const problem = isSuccess ? check({ status: response.statusCode, body }) : `status ${response.statusCode}`
      if (problem !== undefined) fail(problem)
      if (body.length <= bodyLimit) bodies.set(body, (bodies.get(body) ?? 0) + 1)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      fail(`${code ?? 'error'}: ${message}`)
    } finally {
      if (newConnection) await agent.destroy()
    }
  }

  // By the clock and not by ticks: a late timer must not lower the rate.
  const tick = () => {
    const elapsedMs = performance.now() - started
    if (elapsedMs >= options.limitMs) return clearInterval(timer)
    for (const due = (elapsedMs * perSecond) / 1000; sent < due; ) {
      sent += 1
      const asking = ask(newConnectionEvery > 0 && sent % newConnectionEvery === 0)
      underWay.add(asking)
      asking.finally(() => underWay.delete(asking))
    }
  }
  const timer = setInterval(tick, Math.max(1, Math.min(20, 500 / perSecond)))

  return {
    get sent() {
      return sent
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(underWay)
      await kept.destroy()
      return { sent, succeeded: sent - failures.length, failures, bodies, latencyMs: summarise(latencies) }
    },
  }
}

const summarise = (latencies: readonly number[]): LoadReport['latencyMs'] => {
  const sorted = latencies.toSorted((one, other) => one - other)
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
  return { median: at(0.5), p99: at(0.99), longest: at(1) }
}
