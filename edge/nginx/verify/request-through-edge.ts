import { request } from 'node:https'
import { AppError } from '@parcela/contract'

type Options = {
  address: string
  port: number
  host: string
  path: string
  /** PEM of who must have signed the certificate. */
  ca: string
  verifyToken: string
  timeoutMs: number
}

/** One GET over a new TLS connection, as a visitor's first; the body is not read. Throws `unavailable` when no answer comes. */
export const requestThroughEdge = (options: Options): Promise<{ status: number; release: string | null }> => {
  const { address, port, host, path, ca, verifyToken, timeoutMs } = options
  return new Promise((resolve, reject) => {
    const asked = request({
      host: address,
      port,
      servername: host,
      path,
      ca,
      // The installed chain may end before its root.
      allowPartialTrustChain: true,
      headers: { host: port === 443 ? host : `${host}:${port}`, 'x-parcela-verify': verifyToken, connection: 'close' },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    })
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
