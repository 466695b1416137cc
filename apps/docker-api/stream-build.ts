import type { PassThrough, Readable } from 'node:stream'
import { errorAnswerOf, toAppError } from '@parcela/contract'
import type { BuildRequest, Runtime } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { FastifyReply } from 'fastify'
import { answerLines } from './answer-lines.ts'
import { unpackContext } from './unpack-context.ts'

type Build = {
  runtime: Runtime
  image: Pick<BuildRequest, 'reference' | 'digest' | 'service_id'>
  body: Readable
  signal: AbortSignal
  reply: FastifyReply
  log: Log
  requestId: string
}

/** Builds from the uploaded tar while it arrives, and answers the output line by line; the last line says how it ended. */
export const streamBuild = async (build: Build): Promise<PassThrough> => {
  const { runtime, image, body, signal, reply, log, requestId } = build
  const { dockerfile, context, finish } = await unpackContext(body)
  const lines = answerLines(reply)
  runtime
    .ensureImage({ ...image, dockerfile, context }, { signal, onLine: line => lines.write({ line }) })
    .then(
      () => lines.write({ done: true }),
      (error: unknown) => {
        if (!signal.aborted) log.warn({ request_id: requestId, image: image.reference, err: error }, 'a build failed')
        lines.write(errorAnswerOf(toAppError(error), requestId))
      },
    )
    .finally(() => {
      finish()
      lines.end()
    })
  return lines.stream
}
