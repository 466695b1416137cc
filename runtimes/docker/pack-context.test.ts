import { createHash } from 'node:crypto'
import type { BuildRequest } from '@parcela/core'
import { expect, test } from 'vitest'
import { packContext } from './pack-context.ts'

type File = { path: string; text: string; sha256?: string }

const request = (files: File[], digest = 'd1'): BuildRequest => ({
  reference: 'parcela-test/svc_1:d1',
  service_id: null,
  digest,
  dockerfile: 'FROM scratch\n',
  context: async function* () {
    for (const { path, text, ...rest } of files)
      yield { path, size: Buffer.byteLength(text), ...rest, open: () => once(Buffer.from(text)) }
  },
})

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

const digestOf = async (given: BuildRequest): Promise<string> => {
  const hash = createHash('sha256')
  for await (const part of packContext(given)) hash.update(part)
  return hash.digest('hex')
}

test('the same files make the same bytes', async () => {
  const files = [{ path: 'site/index.html', text: 'hola' }]
  expect(await digestOf(request(files))).toBe(await digestOf(request(files)))
})

test('the time of a file follows from its content, and without one from the whole image', async () => {
  const known = [{ path: 'site/a', text: 'x', sha256: 'a'.repeat(64) }]
  expect(await digestOf(request(known, 'd2'))).toBe(await digestOf(request(known, 'd1')))
  const unknown = [{ path: 'site/a', text: 'x' }]
  expect(await digestOf(request(unknown, 'd2'))).not.toBe(await digestOf(request(unknown, 'd1')))
})

test('a path that leaves the context is refused', async () => {
  await expect(digestOf(request([{ path: '../x', text: '' }]))).rejects.toMatchObject({ code: 'invalid' })
})

test('a file of another size than announced breaks the stream', async () => {
  const lying = request([])
  const context = async function* () {
    yield { path: 'site/a', size: 5, open: () => once(Buffer.from('x')) }
  }
  await expect(digestOf({ ...lying, context })).rejects.toThrow('Size mismatch')
})
