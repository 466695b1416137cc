import { Readable } from 'node:stream'
import type { Runtime } from '@parcela/core'
import type { FastifyReply } from 'fastify'
import { answerLines } from './answer-lines.ts'

type Reading = {
  runtime: Runtime
  id: string
  lines: number
  follow: boolean
  signal: AbortSignal
  reply: FastifyReply
}

/** A container's output, a line of JSON for each line. */
export const streamLogs = async ({ runtime, id, lines, follow, signal, reply }: Reading): Promise<Readable> => {
  const output = runtime.readLogs(id, { lines, follow, signal })[Symbol.asyncIterator]()
  // What fails before the first line is still an answer with a status.
  const first = follow ? undefined : await output.next()
  const answer = answerLines(reply)
  const rest = Readable.from(serialise(first, output), { objectMode: false })
  rest.on('error', error => answer.stream.destroy(error))
  rest.pipe(answer.stream, { end: false })
  rest.once('end', () => answer.end())
  return answer.stream
}

async function* serialise<T>(first: IteratorResult<T> | undefined, output: AsyncIterator<T>): AsyncIterable<string> {
  for (let next = first ?? (await output.next()); !next.done; next = await output.next())
    yield `${JSON.stringify(next.value)}\n`
}
