import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../subprocess/run.ts'
import { readKeyPair } from './read-key-pair.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-kit-'))
})
afterAll(() => rm(directory, { recursive: true }))

const make = async (id: string): Promise<{ certificate: string; key: string }> => {
  const [key, certificate] = [join(directory, `${id}.key`), join(directory, `${id}.pem`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate]
  const names = ['-subj', '/', '-addext', 'subjectAltName=DNS:www.example.test,DNS:*.example.test,IP:192.0.2.1']
  await run(['openssl', 'req', '-x509', '-set_serial', '0x0aBc12', ...curve, ...names], { timeoutMs: 10_000 })
  return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
}

test('a certificate and its key are read with names and serial', async () => {
  const { certificate, key } = await make('one')
  const pair = readKeyPair(certificate, key)
  expect(pair).toMatchObject({ names: ['*.example.test', 'www.example.test'], serial: '0abc12' })
  expect(pair?.leaf.validToDate.getTime()).toBeGreaterThan(Date.now())
})

test('what cannot be read, or belongs to another, is undefined', async () => {
  const [one, other] = [await make('one'), await make('other')]
  expect(readKeyPair(one.certificate, other.key)).toBeUndefined()
  expect(readKeyPair('', one.key)).toBeUndefined()
  expect(readKeyPair(one.certificate, '')).toBeUndefined()
  expect(readKeyPair(one.certificate.slice(0, 200), one.key)).toBeUndefined()
  expect(readKeyPair(one.certificate, one.key.replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA'))).toBeUndefined()
  expect(readKeyPair('\0 garbage', 'garbage')).toBeUndefined()
})
