import type { FileStore } from '@parcela/core'

type Stored = { sha256: string; size: number }

export type Putter = {
  /** Stores a content; small ones are still on their way when this resolves. What went wrong with one is thrown by the next call, or by `finish`. */
  put(content: AsyncIterable<Uint8Array>, done: (stored: Stored) => void): Promise<void>
  /** Resolves when everything is stored. */
  finish(): Promise<void>
}

const smallBytes = 256 * 1024
const atOnce = 8

/**
 * Stores contents up to `limitBytes` together. Sites are many small files, and each waits for the disk several times: a few are written side by
 * side. Large ones are streamed, one at a time.
 */
export const createPutter = (files: Pick<FileStore, 'put'>, limitBytes: number): Putter => {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  let bytes = 0

  const requireNoFailure = (): void => {
    if (failure) throw failure.error
  }
  const putLarge = async (content: AsyncIterable<Uint8Array>): Promise<Stored> => {
    const stored = await files.put(content, { limitBytes: limitBytes - bytes })
    bytes += stored.size
    return stored
  }
  const startSmall = (content: Uint8Array, done: (stored: Stored) => void): void => {
    const limit = limitBytes - bytes
    bytes += content.length
    const putting = files
      .put(once(content), { limitBytes: Math.max(limit, 0) })
      .then(done)
      .catch(error => {
        failure ??= { error }
      })
      .finally(() => running.delete(putting))
    running.add(putting)
  }

  return {
    put: async (content, done) => {
      requireNoFailure()
      const begun = await begin(content)
      if (begun.rest) return done(await putLarge(joined(begun.first, begun.rest)))
      while (running.size >= atOnce) await Promise.race(running)
      startSmall(begun.first, done)
    },
    finish: async () => {
      await Promise.all(running)
      requireNoFailure()
    },
  }
}

/** The content as far as it is small; `rest` when there is more. */
const begin = async (
  content: AsyncIterable<Uint8Array>,
): Promise<{ first: Uint8Array; rest?: AsyncIterator<Uint8Array> }> => {
  const rest = content[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let size = 0
  while (size <= smallBytes) {
    const next = await rest.next()
    if (next.done) return { first: Buffer.concat(chunks) }
    chunks.push(next.value)
    size += next.value.length
  }
  return { first: Buffer.concat(chunks), rest }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
