import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@parcela/kit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensurePostgresBinaries } from './ensure-postgres-binaries.ts'

let root: string
let packageFolder: string
let cache: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parcela-binaries-'))
  await chmod(root, 0o755)
  packageFolder = join(root, 'package')
  cache = join(root, 'cache')
  for (const folder of ['bin', 'lib/pkgconfig', 'share/postgresql']) {
    await mkdir(join(packageFolder, 'native', folder), { recursive: true })
  }
  const files = {
    'package.json': '{"version":"18.4.0-beta.17"}',
    'native/pg-symlinks.json': '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]',
    'native/bin/postgres': 'the server',
    'native/bin/initdb': 'the other program',
    'native/lib/libpq.so.5.18': 'a library',
    'native/lib/libpq.a': 'only for linking',
    'native/share/postgresql/postgres.bki': 'tables',
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(packageFolder, path), text)
})

afterEach(() => rm(root, { recursive: true, force: true }))

const ensure = () => ensurePostgresBinaries({ cache, log: silentLog, packageFolder })
const copied = () => join(cache, 'postgres-18.4.0-beta.17')

test('a package without its links is copied with them, and stays as it was', async () => {
  expect(await ensure()).toEqual({
    postgres: join(copied(), 'native/bin/postgres'),
    initdb: join(copied(), 'native/bin/initdb'),
    major: '18',
  })
  expect(await readlink(join(copied(), 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18')
  expect(await readdir(join(copied(), 'native/lib'))).toEqual(['libpq.so.5', 'libpq.so.5.18'])
  expect(await readdir(join(packageFolder, 'native/lib'))).not.toContain('libpq.so.5')
})

test('a package with its links is used where it lies', async () => {
  await symlink('libpq.so.5.18', join(packageFolder, 'native/lib/libpq.so.5'))
  expect((await ensure()).postgres).toBe(join(packageFolder, 'native/bin/postgres'))
})

test('a package in a closed directory is copied', async () => {
  await symlink('libpq.so.5.18', join(packageFolder, 'native/lib/libpq.so.5'))
  await chmod(packageFolder, 0o700)
  expect((await ensure()).postgres).toBe(join(copied(), 'native/bin/postgres'))
})

test('a copy that lost a file is made again', async () => {
  await ensure()
  await rm(join(copied(), 'native/bin/initdb'))
  await ensure()
  expect(await readFile(join(copied(), 'native/bin/initdb'), 'utf8')).toBe('the other program')
})

test('several first starts at once end with one whole copy and nothing beside it', async () => {
  await Promise.all(Array.from({ length: 5 }, ensure))
  expect(await readdir(cache)).toEqual(['postgres-18.4.0-beta.17'])
  expect(await readFile(join(copied(), 'native/bin/postgres'), 'utf8')).toBe('the server')
})

test('a cache that others may write is refused', async () => {
  await mkdir(cache)
  await chmod(cache, 0o777)
  await expect(ensure()).rejects.toMatchObject({ code: 'conflict' })
})
