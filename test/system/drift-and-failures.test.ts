import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, createClient, form, type Parcela, startParcela } from './support/index.ts'

let parcela: Parcela
let client: Client
let engine: Awaited<ReturnType<typeof createSwitchableEngine>>

beforeAll(async () => {
  engine = await createSwitchableEngine()
  parcela = await startParcela({
    settings: { PARCELA_RESYNC_SECONDS: '1', PARCELA_DRAIN_SECONDS: '1', PARCELA_DOCKER_SOCKET: engine.socket },
  })
  client = createClient(parcela)
  await client.signIn()
})
afterAll(async () => {
  await engine?.on()
  await client?.close()
  await parcela?.stop()
  await engine?.remove()
})

/** The real engine behind a socket of the test's own, which can be taken away: to Parcela, a daemon that is down. */
const createSwitchableEngine = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parcela-engine-'))
  const socket = join(folder, 'docker.sock')
  const open = new Set<Socket>()
  let server: Server | undefined

  const forward = (visitor: Socket) => {
    const daemon = createConnection('/var/run/docker.sock')
    for (const [one, other] of [
      [visitor, daemon],
      [daemon, visitor],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
    }
  }
  const off = async () => {
    for (const connection of open) connection.destroy()
    const closing = server
    server = undefined
    if (closing) await new Promise(resolve => closing.close(resolve))
  }
  const on = async () => {
    if (server) return
    await rm(socket, { force: true })
    server = createServer(forward)
    await new Promise<void>(resolve => server?.listen(socket, resolve))
    await chmod(socket, 0o600)
  }
  await on()
  return {
    socket,
    on,
    off,
    remove: async () => {
      await off()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const docker = async (...words: string[]): Promise<string> =>
  (await run(['docker', ...words], { timeoutMs: 60_000 })).stdout.trim()

const publish = async (name: string, content: string) => {
  const { id } = await client.publish({ 'index.html': content }, { name })
  return client.waitFor(id, 'running')
}

const containersOf = async (id: string) =>
  (await docker('ps', '-aq', '--no-trunc', '--filter', `label=dev.parcela.service=${id}`)).split('\n').filter(Boolean)

describe('drift', () => {
  test('a container removed by hand comes back', async () => {
    const { id } = await publish('removed', 'still here')
    const before = await containersOf(id)
    await docker('rm', '-f', ...before)
    await expect
      .poll(async () => (await client.fetchSite('removed')).body, { timeout: 30_000, interval: 200 })
      .toBe('still here')
    expect(await containersOf(id)).not.toEqual(before)
  })

  test('a container stopped by hand runs again', async () => {
    const { id } = await publish('halted', 'up again')
    await docker('stop', '-t', '1', ...(await containersOf(id)))
    await expect
      .poll(async () => (await client.fetchSite('halted')).body, { timeout: 30_000, interval: 200 })
      .toBe('up again')
  })

  test('one of ours that nobody wants is removed, and a foreign one is not', async () => {
    const { id } = await publish('kept', 'x')
    const [container = ''] = await containersOf(id)
    const image = await docker('inspect', '--format', '{{.Config.Image}}', container)
    const platform = await parcela.platformId()
    const labels = [
      'service=svc_nobody',
      'team=team_nobody',
      'revision=000000000000',
      'generation=1',
      'role=instance',
      `platform=${platform}`,
    ]
    const ours = await docker('create', ...labels.flatMap(label => ['--label', `dev.parcela.${label}`]), image)
    const foreign = await docker('create', '--label', 'dev.parcela.platform=somebody-else', image)
    try {
      const exists = async (container: string) => (await docker('ps', '-aq', '--no-trunc')).includes(container)
      await expect.poll(() => exists(ours), { timeout: 30_000, interval: 200 }).toBe(false)
      expect(await exists(foreign)).toBe(true)
      expect((await client.fetchSite('kept')).body).toBe('x')
    } finally {
      await docker('rm', '-f', foreign)
    }
  })
})

describe('when something is missing', () => {
  test('an engine that is down is told in the status, sites keep serving, and it recovers by itself', async () => {
    const serving = await publish('before', 'serving')
    await engine.off()
    try {
      const { id } = await client.publish({ 'index.html': 'waiting' }, { name: 'during' })
      await expect
        .poll(async () => (await client.getService(id)).status_reason?.code, { timeout: 20_000 })
        .toBe('unavailable')
      expect((await client.getService(id)).status_reason?.message).toMatch(/engine|Docker/)
      expect((await client.fetchSite('before')).body).toBe('serving')
      await expect.poll(async () => (await client.fetchSite('during')).status, { timeout: 10_000 }).toBe(503)
      await engine.on()
      await client.waitFor(id, 'running', { timeoutMs: 90_000 })
      expect((await client.fetchSite('during')).body).toBe('waiting')
      await expect
        .poll(() => client.getService(serving.id), { timeout: 90_000, interval: 500 })
        .toMatchObject({ status: 'running', status_reason: null })
    } finally {
      await engine.on()
    }
  })

  test('ports that other programs have are not used, and none at all is told', async () => {
    const { first, last } = parcela.ports.range
    const servers = await Promise.all(Array.from({ length: last - first + 1 }, (_, index) => listen(first + index)))
    const { id } = await client.publish({ 'index.html': 'squeezed' }, { name: 'squeezed' })
    try {
      await expect
        .poll(async () => (await client.getService(id)).status_reason?.message ?? '', {
          timeout: 60_000,
          interval: 200,
        })
        .toMatch(/in use by something else|no free port/i)
    } finally {
      await Promise.all(
        servers.map(server => new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)))),
      )
    }
    await client.remove(id, { purge: true })
    await client.waitUntilGone(id)
  })

  test('a full disk refuses the publish, keeps nothing of it, and what served keeps serving', async () => {
    const { id, release_id } = await publish('spacious', 'small')
    const folder = join(parcela.home, 'files')
    await parcela.shutDown()
    await run(['mount', '-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', folder], { timeoutMs: 10_000 })
    try {
      await parcela.restart()
      const answer = await client.ask(
        'POST',
        `/services/${id}/releases`,
        form(null, { 'big.bin': Buffer.alloc(4 * 1024 * 1024, 7) }),
      )
      expect(answer).toMatchObject({
        status: 503,
        body: { error: { code: 'unavailable', message: expect.stringMatching(/space|disk/i) } },
      })
      expect((await client.fetchSite('spacious')).body).toBe('small')
    } finally {
      await parcela.shutDown()
      await run(['umount', folder], { timeoutMs: 10_000 })
      await parcela.restart()
    }
    expect(await client.getService(id)).toMatchObject({ status: 'running', release_id })
    expect((await client.fetchSite('spacious')).body).toBe('small')
    expect((await client.listReleases(id)).items).toHaveLength(1)
  })
})

/** Undefined where a container of ours has the port already. */
const listen = (port: number): Promise<Server | undefined> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
