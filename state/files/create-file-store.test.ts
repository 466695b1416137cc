import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStore } from '@parcela/core'
import { run, silentLog } from '@parcela/kit'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { contentPath } from './content-path.ts'
import { createFileStore } from './create-file-store.ts'

const limit = { limitBytes: 100_000_000 }
let directory: string
let store: FileStore

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-files-'))
  store = createFileStore({ directory, log: silentLog })
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
})

async function* streamOf(...parts: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts
}

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

const readAll = async (from: FileStore, sha256: string): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of from.open(sha256)) parts.push(part)
  return Buffer.concat(parts)
}

const putDurably = async (content: Uint8Array): Promise<string> => {
  const { sha256 } = await store.put(streamOf(content), limit)
  await store.sync()
  return sha256
}

test('a content lies under its digest, readable by nobody else, and nothing unfinished is beside it', async () => {
  const sha256 = await putDurably(Buffer.from('hola'))
  const { mode } = await stat(join(directory, sha256.slice(0, 2), sha256.slice(2, 4), sha256))
  expect(mode & 0o777).toBe(0o600)
  expect(await readdir(join(directory, 'tmp'))).toEqual([])
})

test('however a content is cut into parts, it is the same content', async () => {
  // Around the size up to which contents wait in memory, and far from it.
  for (const size of [0, 1, 262_143, 262_144, 262_145, 700_000]) {
    const whole = randomBytes(size)
    for (const cut of [1 + Math.floor(size / 7), 65_536, 262_144, 1_000_000]) {
      const parts = Array.from({ length: Math.ceil(size / cut) }, (_, at) => whole.subarray(at * cut, (at + 1) * cut))
      expect(await store.put(streamOf(...parts), limit)).toEqual({ sha256: digestOf(whole), size })
      expect((await readAll(store, digestOf(whole))).equals(whole)).toBe(true)
      await store.removeUnreferenced([digestOf(whole)], async digests => digests)
    }
  }
})

test('a store that is opened again has what was synced', async () => {
  const sha256 = await putDurably(randomBytes(1000))
  const again = createFileStore({ directory, log: silentLog })
  expect(await again.has(sha256)).toBe(true)
  await again.sync()
})

test('what a crash left unfinished is removed before the next write', async () => {
  await mkdir(join(directory, 'tmp'), { recursive: true })
  await writeFile(join(directory, 'tmp', 'leftover'), 'half')
  await putDurably(Buffer.from('whole'))
  expect(await readdir(join(directory, 'tmp'))).toEqual([])
})

test('a content that is stored already is not written again', async () => {
  const content = randomBytes(1_000_000)
  const sha256 = await putDurably(content)
  const { ino } = await stat(contentPath(directory, sha256))
  await putDurably(content)
  expect((await stat(contentPath(directory, sha256))).ino).toBe(ino)
})

test('asking for a content or putting it again tells when it was last wanted', async () => {
  const longAgo = new Date('2020-01-01')
  const asks = [
    (digest: string) => store.has(digest),
    (digest: string) => store.findMissing([digest]),
    () => store.put(streamOf(Buffer.from('wanted')), limit),
  ]
  const sha256 = await putDurably(Buffer.from('wanted'))
  for (const ask of asks) {
    await utimes(contentPath(directory, sha256), longAgo, longAgo)
    await ask(sha256)
    for await (const { touched_at } of store.list()) expect(Date.now() - touched_at.getTime()).toBeLessThan(60_000)
  }
})

test('a content cut short is replaced when it is put again', async () => {
  const content = randomBytes(1000)
  const sha256 = await putDurably(content)
  await writeFile(contentPath(directory, sha256), 'short')
  await putDurably(content)
  expect((await readAll(store, sha256)).equals(content)).toBe(true)
})

test('a damaged content is not handed out as a whole, counts as missing, and is healed by putting it again', async () => {
  const content = randomBytes(300_000)
  const sha256 = await putDurably(content)
  await writeFile(contentPath(directory, sha256), randomBytes(300_000))
  await expect(readAll(store, sha256)).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'damaged_file' },
  })
  expect(await store.findMissing([sha256])).toEqual([sha256])
  await putDurably(content)
  expect((await readAll(store, sha256)).equals(content)).toBe(true)
})

test('a content that could not get its name fails the sync, and is stored as soon as it can', async () => {
  const content = randomBytes(1000)
  const sha256 = digestOf(content)
  // A link to nowhere where the folder should be: the rename fails, as on a broken disk.
  await symlink('/nowhere/at/all', join(directory, sha256.slice(0, 2)))
  await store.put(streamOf(content), limit)
  await expect(store.sync()).rejects.toThrow()
  await expect(store.sync()).rejects.toThrow()
  await rm(join(directory, sha256.slice(0, 2)))
  await store.sync()
  expect((await readAll(store, sha256)).equals(content)).toBe(true)
  expect(await readdir(join(directory, 'tmp'))).toEqual([])
})

test.runIf(process.getuid?.() === 0)(
  'a full disk is unavailable with its reason, and leaves nothing behind',
  async () => {
    await run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { timeoutMs: 10_000 })
    onTestFinished(async () => {
      await run(['umount', directory], { timeoutMs: 10_000 })
    })
    const small = await putDurably(randomBytes(100_000))
    const full = { code: 'unavailable', details: { reason: 'disk_full' } }
    await expect(store.put(streamOf(randomBytes(500_000), randomBytes(1_500_000)), limit)).rejects.toMatchObject(full)
    await expect(store.put(streamOf(randomBytes(2_000_000)), limit)).rejects.toMatchObject(full)
    expect(await readdir(join(directory, 'tmp'))).toEqual([])

    expect((await readAll(store, small)).length).toBe(100_000)
    await putDurably(randomBytes(600_000))
  },
)
