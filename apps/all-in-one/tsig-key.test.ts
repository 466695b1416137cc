import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseTsigKey, readTsigKey } from './tsig-key.ts'

test('a key file of BIND is read', () => {
  const text = 'key "parcela.example." {\n\talgorithm hmac-sha256;\n\tsecret "bXkgc2VjcmV0IGtleQ==";\n};\n'
  expect(parseTsigKey(text)).toEqual({
    name: 'parcela.example.',
    algorithm: 'hmac-sha256',
    secret: 'bXkgc2VjcmV0IGtleQ==',
  })
})

test.each(['', 'key "a" { algorithm hmac-sha256; };', 'secret "bXk=";'])('%j holds no key', text => {
  expect(parseTsigKey(text)).toBeUndefined()
})

test('a key of another algorithm than can be used is refused before anything starts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parcela-key-'))
  const file = join(folder, 'key')
  try {
    await writeFile(file, 'key "a" { algorithm hmac-sha512; secret "bXkgc2VjcmV0IGtleQ=="; };\n')
    await expect(readTsigKey(file, 'PARCELA_DNS_TRANSFER_KEY', ['hmac-sha256'])).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('PARCELA_DNS_TRANSFER_KEY: the key "a" has the algorithm hmac-sha512'),
    })
    expect(await readTsigKey(file, 'PARCELA_DNS_UPDATE_KEY')).toMatchObject({ algorithm: 'hmac-sha512' })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a file that is not there is named with its setting', async () => {
  await expect(readTsigKey('/nonexistent/key', 'PARCELA_DNS_UPDATE_KEY')).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('PARCELA_DNS_UPDATE_KEY: the file /nonexistent/key cannot be read'),
  })
})
