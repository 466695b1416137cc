import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureServiceDirectory, isReachableByOthers, removeServiceDirectory } from './service-directory.ts'

// Closed to others, as mkdtemp makes it: for root, the directory lies elsewhere.
let closed = ''
let home = ''

beforeEach(async () => {
  closed = await mkdtemp(join(tmpdir(), 'parcela-closed-'))
  home = join(closed, 'home')
})

afterEach(async () => {
  await removeServiceDirectory(home, 'postgres')
  await rm(closed, { recursive: true })
})

const write = async (directory: string): Promise<void> => writeFile(join(directory, 'data'), 'kept')
const read = (directory: string): Promise<string> => readFile(join(directory, 'data'), 'utf8')

test('a directory is made once, is seen below the home, and the users of services reach it where they differ from us', async () => {
  const directory = await ensureServiceDirectory(home, 'postgres')
  await write(directory)
  expect(await ensureServiceDirectory(home, 'postgres')).toBe(directory)
  expect(await read(join(home, 'postgres'))).toBe('kept')
  expect(process.getuid?.() !== 0 || (await isReachableByOthers(directory))).toBe(true)
})

test('a home that is moved keeps its data', async () => {
  await write(await ensureServiceDirectory(home, 'postgres'))
  await rename(home, join(closed, 'moved'))
  home = join(closed, 'moved')
  expect(await read(await ensureServiceDirectory(home, 'postgres'))).toBe('kept')
})

test('data that lies in the home itself, as from a backup, is used and not hidden', async () => {
  await mkdir(join(home, 'postgres'), { recursive: true })
  await write(join(home, 'postgres'))
  const directory = await ensureServiceDirectory(home, 'postgres')
  expect(await read(directory)).toBe('kept')
  expect(await read(join(home, 'postgres'))).toBe('kept')
})

test('removing leaves nothing, and twice equals once', async () => {
  const directory = await ensureServiceDirectory(home, 'postgres')
  await write(directory)
  await removeServiceDirectory(home, 'postgres')
  await removeServiceDirectory(home, 'postgres')
  await expect(read(directory)).rejects.toThrow('ENOENT')
})
