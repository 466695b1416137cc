import { createHash, randomBytes } from 'node:crypto'
import type { FileStore } from '@parcela/core'
import { describe, expect, test } from 'vitest'

const limit = { limitBytes: 10_000_000 }
const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

async function* streamOf(...parts: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts
}

async function* brokenAfter(...parts: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts
  throw new Error('the connection broke')
}

const readAll = async (store: FileStore, sha256: string): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of store.open(sha256)) parts.push(part)
  return Buffer.concat(parts)
}

const listAll = async (store: FileStore): Promise<string[]> => {
  const digests: string[] = []
  for await (const { sha256 } of store.list()) digests.push(sha256)
  return digests.sort()
}

/** What every file store does, whatever it is made of. `create` answers an empty one. */
export const fileStoreConformance = (name: string, create: () => Promise<FileStore>): void => {
  describe(`${name} as a file store`, () => {
    test.each([0, 1, 65_536, 3_000_000])(
      '%i bytes come back as they were put, before and after the sync',
      async size => {
        const store = await create()
        const content = randomBytes(size)
        const half = Math.floor(size / 2)
        const stored = await store.put(streamOf(content.subarray(0, half), content.subarray(half)), limit)
        expect(stored).toEqual({ sha256: digestOf(content), size })
        expect((await readAll(store, stored.sha256)).equals(content)).toBe(true)
        await store.sync()
        expect(await store.has(stored.sha256)).toBe(true)
        expect((await readAll(store, stored.sha256)).equals(content)).toBe(true)
      },
    )

    test('a stream that uses its memory again for the next part is stored right', async () => {
      const store = await create()
      async function* reusing(): AsyncIterable<Uint8Array> {
        const memory = new Uint8Array(10)
        for (const value of [1, 2, 3]) yield memory.fill(value)
      }
      const { sha256 } = await store.put(reusing(), limit)
      expect([...(await readAll(store, sha256))]).toEqual([1, 2, 3].flatMap(value => Array(10).fill(value)))
    })

    test('the same content put twice, also at once, is one content', async () => {
      const store = await create()
      const content = randomBytes(1000)
      const answers = await Promise.all([1, 2, 3].map(() => store.put(streamOf(content), limit)))
      await store.put(streamOf(content), limit)
      await store.sync()
      await store.put(streamOf(content), { ...limit, expected: digestOf(content) })
      expect(new Set(answers.map(answer => answer.sha256))).toEqual(new Set([digestOf(content)]))
      expect(await listAll(store)).toEqual([digestOf(content)])
    })

    test('a stream that breaks leaves nothing', async () => {
      const store = await create()
      const content = randomBytes(400_000)
      await expect(store.put(brokenAfter(content), limit)).rejects.toThrow('the connection broke')
      await store.sync()
      expect(await store.has(digestOf(content))).toBe(false)
      expect(await listAll(store)).toEqual([])
    })

    test('a content of exactly the limit is stored, one byte more is too_large and leaves nothing', async () => {
      const store = await create()
      const content = randomBytes(1000)
      await store.put(streamOf(content), { limitBytes: 1000 })
      const more = Buffer.concat([content, Buffer.of(1)])
      await expect(store.put(streamOf(more), { limitBytes: 1000 })).rejects.toMatchObject({ code: 'too_large' })
      expect(await listAll(store)).toEqual([digestOf(content)])
    })

    test('another digest than the expected one is invalid and leaves nothing', async () => {
      const store = await create()
      const wrong = store.put(streamOf(randomBytes(10)), { ...limit, expected: digestOf(Buffer.from('other')) })
      await expect(wrong).rejects.toMatchObject({ code: 'invalid' })
      expect(await listAll(store)).toEqual([])
    })

    test('what is missing is told once per digest, in the order asked', async () => {
      const store = await create()
      const { sha256 } = await store.put(streamOf(randomBytes(10)), limit)
      const [one, two] = [digestOf(Buffer.from('one')), digestOf(Buffer.from('two'))]
      expect(await store.findMissing([two, sha256, one, two])).toEqual([two, one])
      expect(await store.findMissing([])).toEqual([])
    })

    test('an unknown content is not_found, and removing it is success', async () => {
      const store = await create()
      const unknown = digestOf(Buffer.from('unknown'))
      await expect(readAll(store, unknown)).rejects.toMatchObject({ code: 'not_found' })
      await store.remove(unknown)
    })

    test('text that is no digest is no content, whatever path it looks like', async () => {
      const store = await create()
      for (const text of ['', '..', '../../etc/passwd', `/${'a'.repeat(63)}`, 'A'.repeat(64)]) {
        expect(await store.has(text)).toBe(false)
        await expect(readAll(store, text)).rejects.toMatchObject({ code: 'not_found' })
        await store.remove(text)
      }
    })

    test('a removed content is gone, before its sync and after', async () => {
      const store = await create()
      for (const syncFirst of [false, true]) {
        const { sha256 } = await store.put(streamOf(randomBytes(1000)), limit)
        if (syncFirst) await store.sync()
        await store.remove(sha256)
        await store.sync()
        expect(await store.has(sha256)).toBe(false)
        expect(await listAll(store)).toEqual([])
      }
    })

    test('a content can be put again after it was removed', async () => {
      const store = await create()
      const content = randomBytes(1000)
      for (const _ of [1, 2]) {
        const { sha256 } = await store.put(streamOf(content), limit)
        await store.sync()
        expect((await readAll(store, sha256)).equals(content)).toBe(true)
        await store.remove(sha256)
      }
    })

    test('a reader that stops early, or never starts, does no harm', async () => {
      const store = await create()
      const content = randomBytes(2_000_000)
      const { sha256 } = await store.put(streamOf(content), limit)
      store.open(sha256)
      for await (const part of store.open(sha256)) {
        expect(part.length).toBeGreaterThan(0)
        break
      }
      expect((await readAll(store, sha256)).equals(content)).toBe(true)
    })

    test('many puts and syncs at once store everything', async () => {
      const store = await create()
      const contents = Array.from({ length: 200 }, (_, index) => randomBytes(index * 20))
      await Promise.all(
        contents.map(async (content, index) => {
          await store.put(streamOf(content), limit)
          if (index % 10 === 0) await store.sync()
        }),
      )
      await store.sync()
      expect(await listAll(store)).toEqual(contents.map(digestOf).sort())
    })
  })
}
