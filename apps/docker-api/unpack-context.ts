import type { Readable } from 'node:stream'
import { AppError, contextDigest, contextDigestRecord, findPathProblem } from '@parcela/contract'
import type { ContextFile } from '@parcela/core'
import { extract } from 'tar-stream'

/** As the library makes them, with the extended attributes that its types leave out. */
type Entry = AsyncIterable<Uint8Array> & {
  header: { name: string; size?: number; type?: string | null; pax?: Record<string, string> | null }
  resume(): void
}

const largestDockerfileBytes = 64 * 1024

type Context = {
  dockerfile: string
  context: () => AsyncIterable<ContextFile>
  /** Lets the rest of an upload that nobody reads any more go by, so that the answer can be sent. */
  finish: () => void
}

/** An uploaded tar as Dockerfile and context. Only plain files with paths inside the context pass; each is read when its turn comes. */
export const unpackContext = async (body: Readable): Promise<Context> => {
  const tar = extract()
  body.on('error', error => tar.destroy(error))
  body.once('close', () => {
    if (!body.readableEnded) tar.destroy(new Error('The upload broke off.'))
  })
  body.pipe(tar)
  const entries = tar[Symbol.asyncIterator]() as unknown as AsyncIterator<Entry, undefined>
  const finish = (): void => {
    body.unpipe(tar)
    body.resume()
  }
  try {
    return { dockerfile: await readDockerfile(entries), context: () => readContext(entries), finish }
  } catch (error) {
    finish()
    throw error
  }
}

const readDockerfile = async (entries: AsyncIterator<Entry, undefined>): Promise<string> => {
  const { value, done } = await nextEntry(entries)
  if (done || value.header.name !== 'Dockerfile') throw new AppError('invalid', 'The tar must begin with Dockerfile.')
  checkHeader(value)
  if ((value.header.size ?? 0) > largestDockerfileBytes)
    throw new AppError('too_large', `The Dockerfile is larger than ${largestDockerfileBytes / 1024} KiB.`)
  const parts: Uint8Array[] = []
  for await (const part of value) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

async function* readContext(entries: AsyncIterator<Entry, undefined>): AsyncIterable<ContextFile> {
  for (;;) {
    const { value, done } = await nextEntry(entries)
    if (done) return
    yield checkHeader(value)
    value.resume()
  }
}

const nextEntry = async (entries: AsyncIterator<Entry, undefined>): Promise<IteratorResult<Entry, undefined>> => {
  try {
    return await entries.next()
  } catch (error) {
    throw new AppError('invalid', 'The build context is not a complete tar.', { cause: error })
  }
}

const checkHeader = (entry: Entry): ContextFile => {
  const { name, type, size = 0 } = entry.header
  const problem = type === 'file' ? findPathProblem(name) : 'only plain files are accepted'
  if (problem) throw new AppError('invalid', `${name}: ${problem}`, { details: { fields: { [name]: problem } } })
  const digest = contextDigest.safeParse(entry.header.pax?.[contextDigestRecord])
  return { path: name, size, ...(digest.success ? { sha256: digest.data } : {}), open: () => entry }
}
