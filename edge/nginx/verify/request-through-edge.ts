import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import { AppError } from '@parcela/contract'

type Options = {
  address: string
  port: number
  scheme: 'https' | 'http'
  host: string
  path: string
  /** PEM of who must have signed the certificate; without it, over TLS, the authorities of the system. */
  ca: string | undefined
  verifyToken: string
  timeoutMs: number
}

/** One GET over a new connection, as a visitor's first; the body is not read. Throws `unavailable` when no answer comes. */
export const requestThroughEdge = (options: Options): Promise<{ status: number; release: string | null }> => {
  const { address, port, scheme, host, path, ca, verifyToken, timeoutMs } = options
  const usual = scheme === 'https' ? 443 : 80
  const common = {
    host: address,
    port,
    path,
    headers: { host: port === usual ? host : `${host}:${port}`, 'x-parcela-verify': verifyToken, connection: 'close' },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  }
  return new Promise((resolve, reject) => {
    const asked =
      scheme === 'http'
        ? requestPlain(common)
        : // The installed chain may end before its root.
          request({ ...common, servername: host, ca, allowPartialTrustChain: true })
    asked.on('response', answer => {
      const release = answer.headers['x-parcela-release']
      resolve({ status: answer.statusCode ?? 0, release: typeof release === 'string' ? release : null })
      answer.on('error', () => asked.destroy())
      asked.destroy()
    })
    asked.on('error', cause =>
      reject(
        new AppError('unavailable', `The edge gave no answer for ${host}: ${describe(cause, timeoutMs)}.`, { cause }),
      ),
    )
    asked.end()
  })
}

const describe = (error: NodeJS.ErrnoException, timeoutMs: number): string => {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `nothing within ${timeoutMs} ms`
  if (error.code === 'ECONNREFUSED') return 'nothing listens there'
  return error.code ? `the connection failed (${error.code})` : 'the connection failed'
}
