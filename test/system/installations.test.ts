import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { spawn } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDebianPostgres } from '../../state/database/debian-postgres.ts'
import { findFreeRange } from './support/find-free-range.ts'
import { type Client, createClient, listDockerTraces, type Parcela, startParcela } from './support/index.ts'

const seed = {
  user_id: '12345',
  username: 'usuario_ejemplo',
  service_type: 'docker',
  service_format: 'web',
  storage_gb: 10,
  ram_mb: 512,
  additional_requirements: {},
}

type Installation = { parcela: Parcela; client: Client }

const install = async (settings: Record<string, string> = {}): Promise<Installation> => {
  const parcela = await startParcela({ settings })
  const client = createClient(parcela)
  await client.signIn()
  return { parcela, client }
}

const remove = async (installation: Installation | undefined) => {
  await installation?.client.close()
  await installation?.parcela.stop()
}

describe('two installations side by side', () => {
  let one: Installation
  let other: Installation

  beforeAll(async () => {
    one = await install()
    other = await install()
  })
  afterAll(async () => {
    await remove(one)
    await remove(other)
  })

  test('serve the same name, each its own site, and removing one leaves the other', async () => {
    const ids = await Promise.all(
      [one, other].map(async ({ client }, index) => {
        const { id } = await client.publish({ 'index.html': `installation ${index}` }, { name: 'same' })
        await client.waitFor(id, 'running')
        return id
      }),
    )
    expect((await one.client.fetchSite('same')).body).toBe('installation 0')
    expect((await other.client.fetchSite('same')).body).toBe('installation 1')
    await one.client.remove(ids[0] ?? '', { purge: true })
    await one.client.waitUntilGone(ids[0] ?? '')
    await one.parcela.shutDown()
    expect((await other.client.fetchSite('same')).body).toBe('installation 1')
    expect((await listDockerTraces(await other.parcela.platformId())).containers).toHaveLength(1)
  })

  test("the seed's example is accepted from an administrator, then from the person it names", async () => {
    const { client, parcela } = other
    const asked = await client.ask('POST', '/services', { json: seed })
    expect(asked).toMatchObject({
      status: 202,
      body: {
        name: 'usuario-ejemplo',
        user_id: '12345',
        username: 'usuario_ejemplo',
        url: parcela.serviceUrl('usuario-ejemplo'),
      },
    })
    await client.waitFor((asked.body as { id: string }).id, 'running')
    expect((await client.fetchSite('usuario-ejemplo')).status).toBe(200)

    const login = { email: 'ana@example.org', password: 'a long enough password' }
    const made = await client.ask('POST', '/people', { json: { user_id: '777', username: 'ana', ...login } })
    expect(made.status).toBe(201)
    const ana = createClient(parcela)
    try {
      await ana.signIn(login)
      expect(await ana.ask('POST', '/services', { json: { ...seed, user_id: '777', username: 'ana' } })).toMatchObject({
        status: 202,
        body: { name: 'ana' },
      })
      expect((await ana.ask('POST', '/services', { json: seed })).status).toBe(403)
      expect((await ana.ask('GET', `/services/${(asked.body as { id: string }).id}`)).status).toBe(404)
    } finally {
      await ana.close()
    }
  })
})

test("DATABASE_URL selects another server: Debian's PostgreSQL", async () => {
  const postgres = await startDebianPostgres()
  let installation: Installation | undefined
  try {
    installation = await install({ DATABASE_URL: postgres.connectionString })
    const { client } = installation
    const { id } = await client.publish({ 'index.html': 'on fifteen' }, { name: 'elsewhere' })
    await client.waitFor(id, 'running')
    expect((await client.fetchSite('elsewhere')).body).toBe('on fifteen')
    await client.remove(id, { purge: true })
    await client.waitUntilGone(id)
  } finally {
    await remove(installation)
    await postgres.stop()
  }
})

test('PARCELA_DOCKER_API_URL selects an API Docker, in a process of its own', async () => {
  const token = randomBytes(24).toString('hex')
  const port = await findFreeRange(1)
  let api: ReturnType<typeof spawn> | undefined
  let installation: Installation | undefined
  try {
    installation = await install({
      PARCELA_DOCKER_API_URL: `http://127.0.0.1:${port}`,
      PARCELA_DOCKER_API_TOKEN: token,
    })
    const { client, parcela } = installation
    const { id } = await client.publish({ 'index.html': 'from afar' }, { name: 'afar' })
    await expect
      .poll(async () => (await client.getService(id)).status_reason?.code, { timeout: 20_000 })
      .toBe('unavailable')

    api = spawn([process.execPath, new URL('../../apps/docker-api/main.ts', import.meta.url).pathname], {
      env: {
        PARCELA_HOME: parcela.home,
        PARCELA_PLATFORM: await parcela.platformId(),
        PARCELA_DOCKER_API_PORT: String(port),
        PARCELA_DOCKER_API_TOKEN: token,
      },
      output: 'ignore',
    })
    await client.waitFor(id, 'running', { timeoutMs: 90_000 })
    expect((await client.fetchSite('afar')).body).toBe('from afar')
    expect((await client.readLogs(id)).length).toBeGreaterThan(0)
    await client.remove(id, { purge: true })
    await client.waitUntilGone(id)
    expect(await listDockerTraces(await parcela.platformId())).toEqual({ containers: [], images: [], networks: [] })
  } finally {
    const exit = api && once(api, 'exit')
    api?.kill('SIGTERM')
    await exit
    await remove(installation)
  }
})
