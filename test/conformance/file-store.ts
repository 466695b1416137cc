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

/** As if nothing referred to any of them. */
const all = async (digests: readonly string[]): Promise<readonly string[]> => digests

const putText = async (store: FileStore, text: string): Promise<string> =>
  (await store.put(streamOf(Buffer.from(text)), limit)).sha256

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
      await store.removeUnreferenced([unknown], all)
    })

    test('text that is no digest is no content, whatever path it looks like', async () => {
      const store = await create()
      for (const text of ['', '..', '../../etc/passwd', `/${'a'.repeat(63)}`, 'A'.repeat(64)]) {
        expect(await store.has(text)).toBe(false)
        await expect(readAll(store, text)).rejects.toMatchObject({ code: 'not_found' })
        await store.removeUnreferenced([text], all)
      }
    })

    test('a removed content is gone, before its sync and after', async () => {
      const store = await create()
      for (const syncFirst of [false, true]) {
        const { sha256 } = await store.put(streamOf(randomBytes(1000)), limit)
        if (syncFirst) await store.sync()
        await store.removeUnreferenced([sha256], all)
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
        await store.removeUnreferenced([sha256], all)
      }
    })

    test('a content that something refers to is not removed, and the rest are counted', async () => {
      const store = await create()
      const [one, two] = [await putText(store, 'one'), await putText(store, 'two')]
      expect(await store.removeUnreferenced([one, two], async digests => digests.filter(each => each !== one))).toBe(1)
      expect(await listAll(store)).toEqual([one])
    })

    test('a content that is wanted while its references are looked for is not removed', async () => {
      const store = await create()
      const wants = [
        (sha256: string) => store.has(sha256),
        (sha256: string) => store.findMissing([sha256]),
        () => store.put(streamOf(Buffer.from('wanted')), limit),
      ]
      for (const want of wants) {
        const sha256 = await putText(store, 'wanted')
        const removed = await store.removeUnreferenced([sha256], async digests => {
          await want(sha256)
          return digests
        })
        expect(removed).toBe(0)
        expect(await store.has(sha256)).toBe(true)
      }
    })

    test('a content that is held is not removed before everybody has let it go', async () => {
      const store = await create()
      const [one, two] = [store.hold(), store.hold()]
      const { sha256 } = await one.put(streamOf(Buffer.from('held')), limit)
      expect(await two.findMissing([sha256])).toEqual([])
      await one.release()
      await one.release()
      expect(await store.removeUnreferenced([sha256], all)).toBe(0)
      await two.release()
      expect(await store.removeUnreferenced([sha256], all)).toBe(1)
    })

    test('a discarded use takes along what nobody else holds or refers to', async () => {
      const store = await create()
      const [failed, other] = [store.hold(), store.hold()]
      const own = await failed.put(streamOf(Buffer.from('own')), limit)
      const referred = await failed.put(streamOf(Buffer.from('referred')), limit)
      const shared = await failed.put(streamOf(Buffer.from('shared')), limit)
      await other.put(streamOf(Buffer.from('shared')), limit)
      await failed.discard(async digests => digests.filter(each => each !== referred.sha256))
      expect(await store.has(own.sha256)).toBe(false)
      expect(await store.has(referred.sha256)).toBe(true)
      expect(await store.has(shared.sha256)).toBe(true)
      await other.discard(all)
      expect(await store.has(shared.sha256)).toBe(false)
    })

    test('a use that is discarded in the middle of a put leaves nothing of it', async () => {
      const store = await create()
      const use = store.hold()
      const gate = Promise.withResolvers<void>()
      const putting = use.put(
        (async function* () {
          yield Buffer.from('late')
          await gate.promise
        })(),
        limit,
      )
      const discarded = use.discard(all)
      gate.resolve()
      await Promise.all([putting, discarded])
      expect(await listAll(store)).toEqual([])
    })

    test('removing and putting the same content at once never loses what was put last', async () => {
      const store = await create()
      for (let round = 0; round < 20; round += 1) {
        const sha256 = await putText(store, 'contended')
        const use = store.hold()
        const [, again] = await Promise.all([
          store.removeUnreferenced([sha256], all),
          use.put(streamOf(Buffer.from('contended')), limit),
        ])
        await store.sync()
        expect((await readAll(store, again.sha256)).toString()).toBe('contended')
        await use.release()
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
