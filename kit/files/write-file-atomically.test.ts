import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFileAtomically } from './write-file-atomically.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-kit-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('the file has the new content and the mode, and nothing else is left', async () => {
  const path = join(directory, 'key')
  await writeFileAtomically(path, 'one', { mode: 0o644 })
  await chmod(path, 0o666)
  await writeFileAtomically(path, 'two', { mode: 0o600 })
  expect(await readFile(path, 'utf8')).toBe('two')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(directory)).toEqual(['key'])
})

test('a write that fails leaves nothing behind', async () => {
  await mkdir(join(directory, 'taken'))
  await expect(writeFileAtomically(join(directory, 'taken'), 'x', { mode: 0o600 })).rejects.toThrow()
  expect(await readdir(directory)).toEqual(['taken'])
})
