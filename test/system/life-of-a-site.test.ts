import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceEvent } from '@parcela/contract'
import { run } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Client,
  createClient,
  listDockerTraces,
  makeSite,
  type Parcela,
  startParcela,
  tarGzOf,
  zipOf,
} from './support/index.ts'

let parcela: Parcela
let client: Client

beforeAll(async () => {
  parcela = await startParcela({ settings: { PARCELA_DRAIN_SECONDS: '1', PARCELA_RESYNC_SECONDS: '5' } })
  client = createClient(parcela)
  await client.signIn()
})
afterAll(async () => {
  await client?.close()
  await parcela?.stop()
})

const publish = async (name: string, content: string) => {
  const service = await client.publish({ 'index.html': content }, { name })
  return client.waitFor(service.id, 'running')
}

const publishAgain = async (id: string, content: string) => {
  const release = await client.publishAgain(id, { 'index.html': content })
  await client.waitForRelease(id, release.id)
  return release
}

const bodyOf = async (name: string, path = '/') => (await client.fetchSite(name, path)).body

/** Every file below the store, whatever its place there. */
const listStoredFiles = async () => {
  const entries = await readdir(join(parcela.home, 'files'), { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(({ name }) => name)
}

describe('a site', () => {
  test('is published, and answers at its own name over HTTPS from Apache in a container', async () => {
    const service = await publish('first', '<h1>hola</h1>')
    expect(service).toMatchObject({ status: 'running', url: parcela.serviceUrl('first'), files_count: 1, warnings: [] })
    expect(await client.fetchSite('first')).toMatchObject({ status: 200, body: '<h1>hola</h1>' })
    expect((await client.fetchSite('first', '/missing')).status).toBe(404)
    const platform = await parcela.platformId()
    const labelled = await run(
      ['docker', 'image', 'ls', '--quiet', '--filter', `label=dev.parcela.platform=${platform}`],
      {
        timeoutMs: 10_000,
      },
    )
    expect(labelled.stdout.trim()).not.toBe('')
    const { containers } = await listDockerTraces(platform)
    const { stdout } = await run(['docker', 'top', containers[0] ?? ''], { timeoutMs: 10_000 })
    expect(stdout).toContain('apache2')
  })

  test('is published again, rolled back, and its history tells', async () => {
    const { id, release_id: one } = await publish('history', 'one')
    const two = await publishAgain(id, 'two')
    expect(await bodyOf('history')).toBe('two')
    await client.rollBack(id, one ?? '')
    await client.waitForRelease(id, one ?? '')
    expect(await bodyOf('history')).toBe('one')
    const { items } = await client.listReleases(id)
    expect(items.map(({ id: release, number, status }) => ({ release, number, status }))).toEqual([
      { release: two.id, number: 2, status: 'retired' },
      { release: one, number: 1, status: 'live' },
    ])
    expect(items[0]?.live_after_ms).toBeGreaterThan(0)
  })

  test('is stopped, says so to visitors, and starts again', async () => {
    const { id } = await publish('resting', 'awake')
    await client.act(id, 'stop')
    await client.waitFor(id, 'stopped')
    const away = await client.fetchSite('resting', '/', { headers: { 'accept-language': 'es' } })
    expect(away.status).toBe(503)
    expect(away.body).toContain('en pausa')
    await client.act(id, 'start')
    await client.waitFor(id, 'running')
    expect(await bodyOf('resting')).toBe('awake')
  })

  test('restarts as a fresh container that serves the same release', async () => {
    const { id, release_id } = await publish('fresh', 'same')
    await client.act(id, 'restart')
    expect(await client.waitFor(id, 'running')).toMatchObject({ serving_release_id: release_id, generation: 2 })
    expect(await bodyOf('fresh')).toBe('same')
  })

  test('gets other resources, and its container has them', async () => {
    const { id } = await publish('grown', 'x')
    const answer = await client.ask('PATCH', `/services/${id}`, { json: { ram_mb: 96, cpus: 0.25 } })
    expect(answer.status).toBe(202)
    await client.waitFor(id, 'running')
    const platform = await parcela.platformId()
    await expect
      .poll(
        async () => {
          const { stdout } = await run(
            [
              'docker',
              'ps',
              '-q',
              '--filter',
              `label=dev.parcela.platform=${platform}`,
              '--filter',
              `label=dev.parcela.service=${id}`,
            ],
            { timeoutMs: 10_000 },
          )
          const inspected = await run(
            [
              'docker',
              'inspect',
              '--format',
              '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}',
              ...stdout.trim().split('\n'),
            ],
            { timeoutMs: 10_000 },
          )
          return inspected.stdout.trim()
        },
        { timeout: 20_000 },
      )
      .toBe(`${96 * 2 ** 20} ${96 * 2 ** 20} 250000000`)
  })

  test('without files shows a placeholder until the first publish', async () => {
    const { id } = await client.publish(null, { name: 'empty' })
    await client.waitFor(id, 'running')
    expect(await bodyOf('empty')).toContain('empty')
    await publishAgain(id, 'now here')
    expect(await bodyOf('empty')).toBe('now here')
  })

  test('without an index.html is accepted with a warning, and lists nothing', async () => {
    const { id } = await client.publish({ 'about.html': 'about' }, { name: 'noindex' })
    const service = await client.waitFor(id, 'running')
    expect(service.warnings.join()).toMatch(/index\.html/)
    expect((await client.fetchSite('noindex')).status).toBeGreaterThanOrEqual(400)
    expect((await client.fetchSite('noindex')).body).not.toContain('about.html')
    expect(await bodyOf('noindex', '/about.html')).toBe('about')
  })

  test.each([
    ['a zip', zipOf],
    ['a tar.gz', tarGzOf],
  ])('comes as %s with one folder in it, and is served from its inside', async (kind, pack) => {
    const name = kind === 'a zip' ? 'zipped' : 'tarred'
    const { id } = await client.publish(pack({ 'my-site/index.html': kind, 'my-site/css/año.css': 'body{}' }), { name })
    await client.waitFor(id, 'running')
    expect(await bodyOf(name)).toBe(kind)
    expect((await client.fetchSite(name, '/css/a%C3%B1o.css')).headers['content-type']).toMatch(/text\/css/)
  })

  test('of two publishes at once, the later one wins and the earlier one says so', async () => {
    const { id } = await publish('hurried', 'zero')
    const earlier = await client.publishAgain(id, makeSite({ count: 200, mark: 'earlier' }))
    const later = await client.publishAgain(id, { 'index.html': 'later' })
    await client.waitForRelease(id, later.id)
    expect(await bodyOf('hurried')).toBe('later')
    const { items } = await client.listReleases(id)
    expect(items.find(release => release.id === earlier.id)?.status).toBe('superseded')
  })

  test('deleted, leaves no container, image, network, route, record or file', async () => {
    const others = await client.listServices()
    for (const { id } of others.items) await client.remove(id, { purge: true })
    for (const { id } of others.items) await client.waitUntilGone(id)
    const { id } = await publish('shortlived', 'soon gone')
    const release = await publishAgain(id, 'really soon')
    await client.remove(id, { purge: true })
    await client.waitUntilGone(id)
    expect(await listDockerTraces(await parcela.platformId())).toEqual({ containers: [], images: [], networks: [] })
    expect((await client.fetchSite('shortlived')).status).toBe(404)
    const record = await run(
      ['dig', '+short', '@127.0.0.1', '-p', String(parcela.ports.dns), 'shortlived.apps.localhost'],
      { timeoutMs: 10_000 },
    )
    expect(record.stdout).toBe('')
    expect(await listStoredFiles()).toEqual([])
    expect((await client.ask('POST', `/services/${id}/rollback`, { json: { release_id: release.id } })).status).toBe(
      404,
    )
  })
})

describe('what is told meanwhile', () => {
  test('each step is an event with its times, and the stream resumes where it broke off', async () => {
    const { id, release_id } = await publish('watched', 'x')
    const all = await readEvents(id, 0)
    const steps = all.flatMap(({ event }) =>
      event.type === 'step' && event.status === 'done' && event.release_id === release_id ? [event.step] : [],
    )
    expect(steps).toEqual(
      expect.arrayContaining(['build-image', 'run-container', 'await-healthy', 'switch-route', 'verify']),
    )
    expect(all.at(-1)?.event).toMatchObject({ type: 'status', status: 'running' })
    const middle = all[3]?.id ?? 0
    expect(await readEvents(id, middle)).toEqual(all.filter(event => event.id > middle))
  })

  test('the build and the requests are in the logs', async () => {
    const { id } = await publish('logged', 'x')
    await bodyOf('logged', '/seen-in-the-log')
    expect((await client.readLogs(id, 'build')).map(({ text }) => text).join('\n')).toContain('FROM')
    await expect
      .poll(async () => (await client.readLogs(id)).map(({ text }) => text).join('\n'), { timeout: 10_000 })
      .toContain('/seen-in-the-log')
  })
})

/** Everything that is kept behind an event, until the service runs. */
const readEvents = async (id: string, afterId: number) => {
  const events: { id: number; event: ServiceEvent }[] = []
  for await (const stored of client.followEvents(id, { afterId, signal: AbortSignal.timeout(10_000) })) {
    events.push(stored)
    if (stored.event.type === 'status' && stored.event.status === 'running') break
  }
  return events
}
