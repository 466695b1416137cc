import { once } from 'node:events'
import { readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { ReleaseId, Route } from '@parcela/core'
import { renderConfig } from '@parcela/edge-nginx/render'
import { spawn, waitUntil } from '@parcela/kit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from './edge-certificates.ts'
import { route } from './edge-conformance.ts'
import { type EdgeFixture, findFreePort, openEdgeFixture } from './edge-fixture.ts'

let fixture: EdgeFixture
let upstream: Route['upstream'] = null
const routeOfSite = (): Route => route('site', { upstream, release_id: 'rel_1' as ReleaseId })

beforeEach(async () => {
  fixture = await openEdgeFixture()
  const { address, port } = await fixture.serve((_, answer) => answer.end('here'))
  upstream = { address, port }
  await fixture.edge.ensureRoute(routeOfSite())
})

afterEach(() => fixture.close())

const site = (edge = fixture.edge) => edge.request('site.apps.localhost', '/', { timeoutMs: 2_000 })
const serving = { status: 200, release: 'rel_1' }

test('an nginx whose master was killed is back within seconds, with its routes', async () => {
  const { pid: killed } = await fixture.edge.check()
  process.kill(Number(killed), 'SIGKILL')
  await waitUntil(
    async () => {
      const { running, pid } = await fixture.edge.check()
      return running && pid !== killed
    },
    { timeoutMs: 10_000, what: 'a new nginx' },
  )
  expect(await site()).toEqual(serving)
})

test('when the platform is killed its sites stay served, and the next start takes over the same nginx without a reload', async () => {
  await fixture.edge.stop()
  const { log: _, ...options } = fixture.options
  const platform = spawn([process.execPath, join(import.meta.dirname, 'edge-process.ts'), JSON.stringify(options)], {
    output: 'pipe',
  })
  if (platform.stdout) await once(platform.stdout, 'data')
  const next = fixture.reopen()
  expect(await site(next)).toEqual(serving)
  const workers = await listChildren(await findMaster())

  platform.kill('SIGKILL')
  await once(platform, 'exit')
  expect(await site(next)).toEqual(serving)

  await next.start()
  expect(await listChildren(Number((await next.check()).pid))).toBe(workers)
  await next.replaceRoutes([route('other', { state: 'stopped' })])
  expect((await next.request('other.apps.localhost', '/', { timeoutMs: 2_000 })).status).toBe(503)
  expect((await site(next)).status).toBe(404)
  expect(await listChildren(await findMaster())).toBe(workers)
})

test('another setting reaches an nginx that was taken over', async () => {
  const httpPort = await findFreePort()
  const before = await fixture.edge.check()
  const next = fixture.reopen({ httpPort })
  await next.start()
  expect((await next.check()).pid).toBe(before.pid)
  const probe = createServer()
  probe.listen({ host: '127.0.0.1', port: httpPort })
  await expect(once(probe, 'listening')).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('a stopped edge leaves nothing that listens, and the next start has its routes', async () => {
  await fixture.edge.stop()
  await expect(site()).rejects.toMatchObject({ code: 'unavailable' })
  const next = fixture.reopen()
  await next.start()
  expect(await site(next)).toEqual(serving)
})

test('after a reboot a site says that it is starting, until its route is known anew', async () => {
  await fixture.edge.stop()
  await writeFile(join(fixture.options.directory, 'boot-id'), 'the boot before')
  const next = fixture.reopen()
  await next.start()
  expect((await site(next)).status).toBe(503)
})

test('files that a power cut left half-written do not keep the edge from starting', async () => {
  await fixture.edge.stop()
  const folder = join(fixture.options.directory, 'certificates/static')
  for (const name of await readdir(folder)) await writeFile(join(folder, name), '')
  await writeFile(join(fixture.options.directory, 'verify-token'), '')
  const next = fixture.reopen()
  await next.start()
  await next.ensureCertificates([await makeCertificate(fixture.home, ['*.apps.localhost'])])
  expect(await site(next)).toEqual(serving)
})

test('a port that another program has is named with its setting', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const taken = typeof address === 'object' && address ? address.port : 0
  const edge = fixture.reopen({
    directory: join(fixture.home, 'second'),
    httpPort: await findFreePort(),
    httpsPort: taken,
  })
  await expect(edge.start()).rejects.toMatchObject({
    code: 'unavailable',
    message: `Port ${taken} is used by another program. Stop that program, or choose another port with PARCELA_HTTPS_PORT.`,
  })
  await new Promise(resolve => other.close(resolve))
})

test('a folder that was deleted under a running nginx is noticed and made again by the next resync, and nobody is cut off', async () => {
  const { pid } = await fixture.edge.check()
  const route = routeOfSite()
  await rm(fixture.options.directory, { recursive: true })
  expect((await fixture.edge.check()).problem).toMatch(/^Files of the edge are gone: routes, /)
  await fixture.edge.replaceRoutes([route])
  await fixture.edge.ensureCertificates([await makeCertificate(fixture.home, ['*.apps.localhost'])])
  expect(await site()).toEqual(serving)
  expect(await fixture.edge.check()).toMatchObject({ running: true, pid, problem: null })
  await fixture.edge.replaceRoutes([])
  expect((await site()).status).toBe(404)
})

test('a folder and an nginx that are both gone come back with the next resync, and again after another start', async () => {
  const route = routeOfSite()
  const { pid } = await fixture.edge.check()
  await rm(fixture.options.directory, { recursive: true })
  process.kill(Number(pid), 'SIGKILL')
  await fixture.edge.ensureCertificates([await makeCertificate(fixture.home, ['*.apps.localhost'])])
  await fixture.edge.replaceRoutes([route])
  expect(await site()).toEqual(serving)
  const next = fixture.reopen()
  await next.start()
  expect(await site(next)).toEqual(serving)
})

test('routes that somebody changed on disk are as they were wanted after the next resync', async () => {
  const route = routeOfSite()
  const routes = join(fixture.options.directory, 'routes')
  await rm(join(routes, 'site.apps.localhost'))
  await writeFile(join(routes, 'foreign.apps.localhost'), '')
  await symlink('../targets/starting,,,svc_x,standard', join(routes, 'dangling.apps.localhost'))
  expect((await site()).status).toBe(404)
  await fixture.edge.replaceRoutes([route])
  expect(await site()).toEqual(serving)
  expect(await readdir(routes)).toEqual(['site.apps.localhost'])
  await rm(routes, { recursive: true })
  await fixture.edge.ensureRoute({ ...route, host: 'other.apps.localhost' })
  expect((await fixture.edge.request('other.apps.localhost', '/', { timeoutMs: 2_000 })).status).toBe(200)
})

test('wildcard certificates that were deleted do not stand in the way of others, and come back when they are given again', async () => {
  const wildcard = await makeCertificate(fixture.home, ['*.apps.localhost'])
  await rm(join(fixture.options.directory, 'certificates/static'), { recursive: true })
  expect((await fixture.edge.check()).problem).toMatch(/^Files of the edge are gone: /)
  await fixture.edge.ensureCertificates([await makeCertificate(fixture.home, ['*.other.test'])])
  expect((await fixture.edge.request('a.other.test', '/', { timeoutMs: 2_000 })).status).toBe(404)
  await fixture.edge.ensureCertificates([wildcard])
  expect(await site()).toEqual(serving)
})

test('an nginx that cannot be asked any more is replaced by the next resync', async () => {
  const { pid } = await fixture.edge.check()
  await rm(join(fixture.home, 'run'), { recursive: true })
  expect(await fixture.edge.check()).toMatchObject({ running: false, pid, problem: 'nginx does not answer' })
  await fixture.edge.replaceRoutes([routeOfSite()])
  expect(await site()).toEqual(serving)
  expect((await fixture.edge.check()).pid).not.toBe(pid)
})

test('a port that was taken while nginx was down is explained, and given back it serves again', async () => {
  const { httpsPort } = fixture.options
  const { pid } = await fixture.edge.check()
  process.kill(Number(pid), 'SIGKILL')
  const squatter = createServer()
  await waitUntil(() => listenAt(squatter, httpsPort), {
    timeoutMs: 10_000,
    everyMs: 1,
    what: 'the port to be grabbed',
  })
  const message = `Port ${httpsPort} is used by another program. Stop that program, or choose another port with PARCELA_HTTPS_PORT.`
  await expect(fixture.edge.replaceRoutes([routeOfSite()])).rejects.toMatchObject({ code: 'unavailable', message })
  expect(await fixture.edge.check()).toMatchObject({ running: false, pid: null, problem: message })
  await new Promise(resolve => squatter.close(resolve))
  await fixture.edge.replaceRoutes([routeOfSite()])
  expect(await site()).toEqual(serving)
  expect((await fixture.edge.check()).problem).toBeNull()
})

test('a configuration that nginx refuses is never live: neither at a change nor at a start', async () => {
  const render: typeof renderConfig = config =>
    renderConfig(config).replace('server_tokens off;', 'server_tokens maybe;')
  const file = join(fixture.options.directory, 'nginx.conf')
  const before = await readFile(file, 'utf8')
  const next = fixture.reopen({}, { render })
  await expect(next.start()).rejects.toMatchObject({
    code: 'rejected',
    message: 'nginx refused the configuration: invalid value "maybe"',
  })
  await expect(next.ensureCertificates([await makeCertificate(fixture.home, ['*.new.test'])])).rejects.toMatchObject({
    code: 'rejected',
  })
  expect(await site()).toEqual(serving)
  expect(await readFile(file, 'utf8')).toBe(before)
  await fixture.edge.stop()
  await expect(fixture.reopen({}, { render }).start()).rejects.toMatchObject({ code: 'rejected' })
  await expect(site()).rejects.toMatchObject({ code: 'unavailable' })
})

test('a configuration that nginx reads and cannot take over leaves the one before live, and on disk', async () => {
  const other = createServer()
  await waitUntil(() => listenAt(other, 0), { timeoutMs: 5_000, what: 'a port' })
  const address = other.address()
  const taken = typeof address === 'object' && address ? address.port : 0
  const file = join(fixture.options.directory, 'nginx.conf')
  const before = await readFile(file, 'utf8')
  const next = fixture.reopen({ httpPort: taken, confirmTimeoutMs: 1_000 })
  await expect(next.start()).rejects.toMatchObject({ code: 'unavailable' })
  expect(await site()).toEqual(serving)
  expect(await readFile(file, 'utf8')).toBe(before)
  await new Promise(resolve => other.close(resolve))
})

test('a certificate that broke on disk takes down its own name alone, and is mended when it is given again', async () => {
  const names = ['one.test', 'two.test']
  const [one, two] = [
    await makeCertificate(fixture.home, ['one.test']),
    await makeCertificate(fixture.home, ['two.test']),
  ]
  await fixture.edge.ensureCertificates([one, two])
  await writeFile(join(fixture.options.directory, 'certificates/one.test.pem'), 'broken')
  expect(await Promise.all(names.map(name => fixture.edge.hasCertificate(name)))).toEqual([false, true])
  await expect(fixture.edge.request('one.test', '/', { timeoutMs: 2_000 })).rejects.toMatchObject({
    code: 'unavailable',
  })
  expect((await fixture.edge.request('two.test', '/', { timeoutMs: 2_000 })).status).toBe(404)
  expect(await site()).toEqual(serving)
  await fixture.edge.ensureCertificates([one, two])
  expect((await fixture.edge.request('one.test', '/', { timeoutMs: 2_000 })).status).toBe(404)
})

test('the logs are found where they are wanted', async () => {
  await fixture.edge.stop()
  const next = fixture.reopen({ logDirectory: join(fixture.home, 'log') })
  await next.start()
  expect((await readdir(join(fixture.home, 'log'))).toSorted()).toEqual(['edge-access.log', 'edge-error.log'])
  await readFile(join(fixture.home, 'log/edge-access.log'), 'utf8')
})

test('two edges run beside each other, and the end of one is not the end of the other', async () => {
  const second = await openEdgeFixture()
  await second.close()
  expect(await site()).toEqual(serving)
})

/** Whether the port could be had; nginx may still have it. */
const listenAt = async (server: Server, port: number): Promise<boolean> => {
  server.listen({ host: '127.0.0.1', port, exclusive: true })
  const listening = once(server, 'listening').then(() => true)
  return listening.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    return false
  })
}

const findMaster = async (): Promise<number> =>
  Number(await readFile(join(await realpath(fixture.options.directory), 'nginx.pid'), 'utf8'))

const listChildren = (pid: number): Promise<string> => readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
