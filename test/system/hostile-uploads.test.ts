import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorAnswer } from '@parcela/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Client,
  createClient,
  form,
  hostileArchives,
  listDockerTraces,
  makeManyFilesTar,
  makeManyFilesZip,
  makeTarBomb,
  makeZipBomb,
  oddNames,
  type Parcela,
  startParcela,
  type TestArchive,
} from './support/index.ts'

const mebibyte = 1024 * 1024
/** Small, so that what goes beyond them is quickly made. */
const limits = { PARCELA_UPLOAD_LIMIT_MB: '20', PARCELA_UPLOAD_LIMIT_FILES: '500' }
const service = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 64 }
const escapes = ['/etc/parcela-escaped', '/tmp/parcela-escaped', '/parcela-escaped']

let parcela: Parcela
let client: Client

beforeAll(async () => {
  parcela = await startParcela({ settings: limits })
  client = createClient(parcela)
  await client.signIn()
})
afterAll(async () => {
  await client?.close()
  await parcela?.stop()
})

const upload = async (files: TestArchive) => {
  const answer = await client.ask('POST', '/services', form({ ...service, name: 'hostile' }, files))
  return { status: answer.status, error: (answer.body as ErrorAnswer).error, text: answer.text }
}

/** No service, and no file where an archive wanted to put one. */
const expectNothing = async () => {
  expect((await client.listServices()).items).toEqual([])
  const reachable = [...escapes, join(parcela.home, 'parcela-escaped'), join(parcela.home, '..', 'parcela-escaped')]
  expect(reachable.filter(path => existsSync(path))).toEqual([])
  const files = await readdir(parcela.home, { recursive: true })
  expect(files.filter(name => name.includes('parcela-escaped'))).toEqual([])
}

test.each(Object.entries(hostileArchives))('%s is refused by name and leaves nothing', async (_case, make) => {
  const { status, error, text } = await upload(make())
  expect(status, text).toBe(422)
  expect(error.code).toBe('invalid')
  expect(Object.keys(error.fields ?? {})).toHaveLength(1)
  await expectNothing()
})

test.each<[string, () => TestArchive]>([
  ['a small zip that unpacks to 2 GiB', () => makeZipBomb(2048 * mebibyte)],
  ['a tar.gz that unpacks to 100 MiB', () => makeTarBomb(100 * mebibyte)],
  ['a zip of 100,000 files', () => makeManyFilesZip(100_000)],
  ['a tar.gz of 100,000 files', () => makeManyFilesTar(100_000)],
])('%s is too large, and leaves nothing', async (_case, make) => {
  const { status, error, text } = await upload(make())
  expect(status, text).toBe(413)
  expect(error.code).toBe('too_large')
  await expectNothing()
})

test('nothing of all that came as far as the engine', async () => {
  const { containers, networks } = await listDockerTraces(await parcela.platformId())
  expect([...containers, ...networks]).toEqual([])
})

test('file names with quotes, spaces and the signs of a shell are served as they are', async () => {
  const files = Object.fromEntries(oddNames.map(name => [name, `this is ${name}`]))
  const { id } = await client.publish(files, { name: 'odd' })
  await client.waitFor(id, 'running')
  for (const name of oddNames) {
    expect(await client.fetchSite('odd', `/${encodeURIComponent(name)}`)).toMatchObject({
      status: 200,
      body: `this is ${name}`,
    })
  }
})
