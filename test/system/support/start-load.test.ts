import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalCa } from '@parcela/edge-certificates-local-ca'
import { silentLog, waitUntil } from '@parcela/kit'
import { afterEach, expect, test } from 'vitest'
import { createClient } from './create-client.ts'
import { startLoad } from './start-load.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A small TLS server at a name of the services' domain; every request is told its number. */
const startSite = async (answer: (number: number) => { status: number; body: string }) => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-load-'))
  closers.push(() => rm(directory, { recursive: true }))
  const issuer = createLocalCa({
    directory,
    domains: ['apps.localhost'],
    clock: { now: () => new Date() },
    log: silentLog,
  })
  const { certificate, key } = await issuer.issueCertificate(['*.apps.localhost'], { challenge: 'dns' })
  let requests = 0
  let connections = 0
  const server = createServer({ cert: certificate, key }, (_request, response) => {
    requests += 1
    const { status, body } = answer(requests)
    response.writeHead(status).end(body)
  })
  server.on('secureConnection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `https://hola.apps.localhost:${port}/`
  return { url, port, ca: await issuer.caCertificate(), countConnections: () => connections }
}

test('the load keeps its rate, mixes kept and new connections, and counts what went wrong', async () => {
  const site = await startSite(number => ({ status: number === 7 ? 502 : 200, body: number < 10 ? 'old' : 'new' }))
  const load = startLoad({ url: site.url, ca: site.ca, perSecond: 100, newConnectionEvery: 5, limitMs: 10_000 })
  await waitUntil(() => load.sent >= 60, { timeoutMs: 5000, what: '60 requests' })
  const report = await load.stop()
  expect(report.succeeded).toBe(report.sent - 1)
  expect(report.failures).toEqual([expect.objectContaining({ what: 'status 502' })])
  expect([...report.bodies.keys()].toSorted()).toEqual(['new', 'old'])
  expect(site.countConnections()).toBeGreaterThanOrEqual(Math.floor(report.sent / 5))
})

test('a server that is away is a failure of every request, and the load ends by itself', async () => {
  const site = await startSite(() => ({ status: 200, body: '' }))
  const load = startLoad({ url: site.url.replace(String(site.port), '1'), ca: site.ca, perSecond: 50, limitMs: 200 })
  await waitUntil(() => load.sent >= 5, { timeoutMs: 5000, what: 'some requests' })
  const report = await load.stop()
  expect(report.succeeded).toBe(0)
  expect(report.failures[0]?.what).toContain('ECONNREFUSED')
})

test('the client visits a site by its name, over TLS, with the certificate checked', async () => {
  const site = await startSite(() => ({ status: 404, body: 'nobody here' }))
  const where = {
    url: 'https://parcela.localhost:1',
    admin: { email: '', password: '' },
    serviceUrl: (name: string) => `https://${name}.apps.localhost:${site.port}`,
  }
  const client = createClient({ ...where, ca: site.ca })
  closers.push(client.close)
  expect(await client.fetchSite('hola', '/x')).toMatchObject({ status: 404, body: 'nobody here' })
  const stranger = createClient({ ...where, ca: '' })
  closers.push(stranger.close)
  await expect(stranger.fetchSite('hola')).rejects.toThrow()
})
