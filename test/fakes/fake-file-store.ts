import { createHash } from 'node:crypto'
import { AppError } from '@parcela/contract'
import type { Clock, FileStore } from '@parcela/core'
import { createFakeClock } from './fake-clock.ts'
import { type Faulty, withFaults } from './with-faults.ts'

export type FakeFileStore = Faulty<FileStore> & {
  /** Stores a text at once and answers its digest. */
  add(text: string): string
}

/** A file store in memory; `sync` has nothing to do. */
export const createFakeFileStore = (options: { clock?: Clock } = {}): FakeFileStore => {
  const { clock = createFakeClock() } = options
  const stored = new Map<string, { content: Uint8Array; touched_at: Date }>()

  const store = (content: Uint8Array): string => {
    const sha256 = createHash('sha256').update(content).digest('hex')
    stored.set(sha256, { content, touched_at: clock.now() })
    return sha256
  }
  const touch = (sha256: string): boolean => {
    const found = stored.get(sha256)
    if (found) found.touched_at = clock.now()
    return found !== undefined
  }

  const port: FileStore = {
    has: async sha256 => touch(sha256),
    findMissing: async digests => [...new Set(digests)].filter(digest => !touch(digest)),
    put: async (content, { limitBytes, expected }) => {
      const parts: Uint8Array[] = []
      let size = 0
      for await (const part of content) {
        size += part.length
        if (size > limitBytes) throw new AppError('too_large', `The file is larger than ${limitBytes} bytes.`)
        parts.push(Uint8Array.from(part))
      }
      const whole = Buffer.concat(parts)
      const sha256 = createHash('sha256').update(whole).digest('hex')
      if (expected !== undefined && expected !== sha256) {
        throw new AppError('invalid', `The content has the digest ${sha256}, not ${expected}.`)
      }
      store(whole)
      return { sha256, size }
    },
    sync: async () => undefined,
    open: async function* (sha256) {
      const found = stored.get(sha256)
      if (!found) throw new AppError('not_found', `There is no content ${sha256}.`)
      if (found.content.length > 0) yield Uint8Array.from(found.content)
    },
    remove: async sha256 => {
      stored.delete(sha256)
    },
    list: async function* () {
      for (const [sha256, { touched_at }] of [...stored]) yield { sha256, touched_at: new Date(touched_at) }
    },
  }
  return { ...withFaults(port), add: text => store(Buffer.from(text)) }
}
