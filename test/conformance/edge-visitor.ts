import { type ClientHttp2Session, connect } from 'node:http2'
import { Agent, request } from 'node:https'

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

type Options = { headers?: Record<string, string>; method?: string; body?: string; agent?: Agent }

/** A visitor of the edge at this port who trusts any certificate. */
export const visit = (port: number, host: string, path: string, options: Options = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { headers = {}, method = 'GET', body, agent = new Agent({ keepAlive: false }) } = options
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      servername: host,
      rejectUnauthorized: false,
      headers: { host: `${host}:${port}`, ...headers },
      agent,
      timeout: 10_000,
    })
    asked.on('response', answer => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() }),
      )
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer in 10 s')))
    asked.on('error', reject)
    asked.end(body)
  })

/** One connection that speaks HTTP/2. */
export const connectH2 = (port: number, host: string): ClientHttp2Session =>
  connect(`https://${host}:${port}`, { host: '127.0.0.1', servername: host, rejectUnauthorized: false })

export const visitH2 = (session: ClientHttp2Session, path: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path })
    let status = 0
    let body = ''
    stream.setEncoding('utf8')
    stream.on('response', headers => {
      status = headers[':status'] ?? 0
    })
    stream.on('data', (part: string) => {
      body += part
    })
    stream.on('error', reject)
    stream.on('end', () => resolve({ status, body }))
    stream.end()
  })
