import { once } from 'node:events'
import { readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { ReleaseId } from '@parcela/core'
import { spawn, waitUntil } from '@parcela/kit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from './edge-certificates.ts'
import { route } from './edge-conformance.ts'
import { type EdgeFixture, findFreePort, openEdgeFixture } from './edge-fixture.ts'

let fixture: EdgeFixture

beforeEach(async () => {
  fixture = await openEdgeFixture()
  const { address, port } = await fixture.serve((_, answer) => answer.end('here'))
  await fixture.edge.ensureRoute(route('site', { upstream: { address, port }, release_id: 'rel_1' as ReleaseId }))
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

const findMaster = async (): Promise<number> =>
  Number(await readFile(join(await realpath(fixture.options.directory), 'nginx.pid'), 'utf8'))

const listChildren = (pid: number): Promise<string> => readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
