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

  const holds = new Set<ReadonlySet<string>>()
  const isHeld = (sha256: string): boolean => [...holds].some(held => held.has(sha256))
  const wantedAt = new Map<string, number>()
  let moment = 0
  const want = (sha256: string): void => {
    moment += 1
    wantedAt.set(sha256, moment)
  }

  const store = (content: Uint8Array): string => {
    const sha256 = createHash('sha256').update(content).digest('hex')
    want(sha256)
    stored.set(sha256, { content, touched_at: clock.now() })
    return sha256
  }
  const touch = (sha256: string): boolean => {
    want(sha256)
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
    hold: () => {
      const held = new Set<string>()
      const running = new Set<Promise<unknown>>()
      const end = async (): Promise<string[]> => {
        await Promise.allSettled(running)
        holds.delete(held)
        return [...held]
      }
      holds.add(held)
      return {
        put: async (content, putOptions) => {
          const putting = faulty.put(content, putOptions).then(result => {
            held.add(result.sha256)
            return result
          })
          running.add(putting)
          return putting
        },
        findMissing: async digests => {
          for (const digest of digests) held.add(digest)
          return faulty.findMissing(digests)
        },
        release: async () => {
          await end()
        },
        discard: async findUnreferenced => {
          await faulty.removeUnreferenced(await end(), findUnreferenced)
        },
      }
    },
    removeUnreferenced: async (digests, findUnreferenced) => {
      const asked = digests.filter(digest => stored.has(digest) && !isHeld(digest))
      if (asked.length === 0) return 0
      moment += 1
      const began = moment
      const free = (digest: string): boolean => (wantedAt.get(digest) ?? 0) < began && !isHeld(digest)
      return (await findUnreferenced(asked)).filter(digest => free(digest) && stored.delete(digest)).length
    },
    list: async function* () {
      for (const [sha256, { touched_at }] of [...stored]) yield { sha256, touched_at: new Date(touched_at) }
    },
  }
  const faulty = withFaults(port)
  return { ...faulty, hold: port.hold, add: text => store(Buffer.from(text)) }
}
