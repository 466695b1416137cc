import { type Agent, request } from 'node:http'
import type { Shot } from './operations.ts'

export type Received = { status: number; type: string; text: string; headers: Record<string, unknown> }

const silenceMs = 20_000
/** Streams go on for ever: so much of them is looked at. */
const streamMs = 150

/** Sends a request and reads its answer; throws when the connection breaks or stays silent. */
export const sendShot = (
  shot: Pick<Shot, 'method' | 'path' | 'headers' | 'body'>,
  { port, agent, isStream }: { port: number; agent: Agent; isStream: boolean },
): Promise<Received> =>
  new Promise((resolve, reject) => {
    const { method, path, headers, body } = shot
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const asked = request({ host: '127.0.0.1', port, agent, method, path, headers: { ...headers, ...length } })
    asked.setTimeout(silenceMs, () => asked.destroy(new Error('no answer')))
    asked.once('error', reject)
    asked.once('response', response => {
      const chunks: Buffer[] = []
      const done = () =>
        resolve({
          status: response.statusCode ?? 0,
          type: String(response.headers['content-type'] ?? '').split(';')[0] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
          headers: response.headers,
        })
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', done)
      response.once('error', reject)
      if (isStream && response.statusCode === 200) {
        setTimeout(() => {
          response.removeAllListeners('error')
          response.on('error', done)
          response.destroy()
          done()
        }, streamMs)
      }
    })
    asked.end(body)
  })
