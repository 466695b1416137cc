import type { LookupFunction } from 'node:net'
import { Agent } from 'undici'

/** Connections to any name go to the loopback, where the edge is; the name itself stays in TLS and in the Host header. */
export const createLoopbackAgent = (ca: string, options: Agent.Options = {}): Agent =>
  new Agent({
    headersTimeout: 60_000,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    ...options,
    connect: { ca, lookup: toLoopback, autoSelectFamily: false },
  })

const toLoopback: LookupFunction = (_host, options, answer) => {
  if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }])
  else answer(null, '127.0.0.1', 4)
}
