import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'

const heartbeatMs = 10_000

export type Lines = { write(line: object): void; end(): void; stream: PassThrough }

/** An answer of one JSON document per line. An empty line now and then tells the caller that the connection lives. */
export const answerLines = (reply: FastifyReply): Lines => {
  const stream = new PassThrough()
  const beat = setInterval(() => stream.write('\n'), heartbeatMs)
  stream.once('close', () => clearInterval(beat))
  reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store')
  // The head leaves with the first bytes.
  stream.write('\n')
  return {
    stream,
    write: line => {
      if (!stream.destroyed) stream.write(`${JSON.stringify(line)}\n`)
    },
    end: () => {
      clearInterval(beat)
      stream.end()
    },
  }
}
