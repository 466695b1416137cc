import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, waitUntil } from '@parcela/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, createClient, type Parcela, startParcela } from './support/index.ts'

let parcela: Parcela
let client: Client

beforeAll(async () => {
  parcela = await startParcela()
  client = createClient(parcela)
  await client.signIn()
})
afterAll(async () => {
  await client?.close()
  await parcela?.stop()
})

const dig = async (...words: string[]): Promise<string> => {
  const argv = ['dig', '@127.0.0.1', '-p', String(parcela.ports.dns), '+tries=1', '+time=3', ...words] as const
  return (await run(argv, { timeoutMs: 10_000 })).stdout
}

test('a service has its name while it exists, and not before or after', async () => {
  expect(await dig('known.apps.localhost')).toMatch(/status: NXDOMAIN/)
  const { id } = await client.publish({ 'index.html': 'here' }, { name: 'known' })
  await client.waitFor(id, 'running')
  expect(await dig('+short', 'known.apps.localhost', 'A')).toBe('127.0.0.1\n')
  expect(await dig('+short', '+tcp', 'known.apps.localhost', 'A')).toBe('127.0.0.1\n')
  await client.remove(id)
  await waitUntil(async () => (await dig('known.apps.localhost')).includes('status: NXDOMAIN'), {
    timeoutMs: 30_000,
    everyMs: 200,
    what: 'the name to be gone',
  })
})

test('names are back after a restart, under a higher serial, with the same CA', async () => {
  const { id } = await client.publish({ 'index.html': 'here' }, { name: 'kept' })
  await client.waitFor(id, 'running')
  const serial = async () => Number((await dig('+short', 'apps.localhost', 'SOA')).split(' ')[2])
  const before = await serial()
  await parcela.restart()
  await waitUntil(async () => (await dig('+short', 'kept.apps.localhost', 'A')) === '127.0.0.1\n', {
    timeoutMs: 30_000,
    everyMs: 200,
    what: 'the name to be back',
  })
  expect(await serial()).toBeGreaterThan(before)
  expect((await client.fetchSite('kept')).body).toBe('here')
})

test('curl with the published CA reaches the page and any service, and nothing without it', async () => {
  const { id } = await client.publish({ 'index.html': 'over TLS' }, { name: 'secure' })
  await client.waitFor(id, 'running')
  const curl = (url: string, ca: string) => {
    const { hostname, port } = new URL(url)
    const resolve = ['--resolve', `${hostname}:${port}:127.0.0.1`, '--noproxy', '*']
    return run(['curl', '--silent', '--show-error', '--cacert', ca, ...resolve, url], { timeoutMs: 10_000 })
  }
  const ca = join(parcela.home, 'ca.pem')
  expect((await curl(parcela.serviceUrl('secure'), ca)).stdout).toBe('over TLS')
  expect((await curl(`${parcela.url}/healthz`, ca)).stdout).not.toBe('')
  const stranger = join(parcela.home, 'no-ca.pem')
  await writeFile(stranger, '')
  await expect(curl(parcela.serviceUrl('secure'), stranger)).rejects.toThrow(/curl ended with/)
})
