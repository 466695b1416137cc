import type { Readable } from 'node:stream'
import { AppError, buildLine, contextDigestRecord, runtimeRoutes } from '@parcela/contract'
import type { BuildRequest } from '@parcela/core'
import { packTar, readLines, type TarFile } from '@parcela/kit'
import { type Connection, toRemoteError } from './connection.ts'

type Options = { signal: AbortSignal; onLine: (line: string) => void }

/** Streams the context to the other host and its output back. Nothing is sent when the image exists there. */
export const ensureRemoteImage = async (
  connection: Connection,
  request: BuildRequest,
  { signal, onLine }: Options,
): Promise<void> => {
  const { reference, digest, service_id } = request
  const existing = await connection.call(runtimeRoutes.findImage, { query: { reference }, signal })
  if (existing.exists) return

  const tar = packTar(listFiles(request))
  const failure = watchFailure(tar)
  try {
    const query = { reference, digest, service_id: service_id ?? undefined }
    const output = await connection.stream(runtimeRoutes.ensureImage, { query, tar, signal })
    await readOutput(output, onLine)
  } catch (error) {
    signal.throwIfAborted()
    // A file that could not be read breaks the upload, and the broken upload is what the other side complains of.
    throw failure() ?? error
  }
}

async function* listFiles(request: BuildRequest): AsyncIterable<TarFile> {
  const dockerfile = Buffer.from(request.dockerfile)
  const time = new Date(0)
  yield { path: 'Dockerfile', size: dockerfile.length, time, open: () => once(dockerfile) }
  for await (const { path, size, sha256, open } of request.context()) {
    if (path === 'Dockerfile') continue
    yield { path, size, time, open, ...(sha256 ? { attributes: { [contextDigestRecord]: sha256 } } : {}) }
  }
}

const watchFailure = (tar: Readable): (() => Error | undefined) => {
  let failure: Error | undefined
  tar.once('error', error => {
    failure = error
  })
  return () => (failure instanceof AppError ? failure : undefined)
}

const readOutput = async (output: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> => {
  for await (const text of readLines(output)) {
    if (text === '') continue
    const event = buildLine.parse(JSON.parse(text))
    if ('error' in event) throw toRemoteError(event.error)
    if ('done' in event) return
    onLine(event.line)
  }
  throw new AppError('unavailable', 'The Docker host ended the build without a result.')
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
