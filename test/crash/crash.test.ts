import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DomainAnswer } from '@parcela/contract'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BindServer, startBind } from '../conformance/bind-server.ts'
import {
  type Client,
  createClient,
  createLoopbackAgent,
  listDockerTraces,
  type Parcela,
  startParcela,
} from '../system/support/index.ts'

const program = new URL('./support/crashing-main.ts', import.meta.url).pathname

/** People's own domains, each with a CNAME to the service of the same first label. */
const ownDomains = 'tienda.test'
let dns: BindServer
let parcela: Parcela
let client: Client

beforeAll(async () => {
  dns = await startBind([
    { name: ownDomains, records: domainNames().map(name => `${name} CNAME ${name}.apps.localhost.`) },
    { name: 'apps.localhost', records: ['* A 127.0.0.1'] },
  ])
  parcela = await startParcela({
    program,
    settings: {
      PARCELA_RESYNC_SECONDS: '2',
      PARCELA_DRAIN_SECONDS: '1',
      PARCELA_RETENTION_DAYS: '0',
      PARCELA_DNS_RESOLVERS: `127.0.0.1:${dns.port}`,
      PARCELA_LOCAL_CA_DOMAINS: ownDomains,
    },
  })
  await connect()
})
afterAll(async () => {
  await client?.close()
  await parcela?.stop()
  await dns?.close()
})

const connect = async () => {
  client = createClient(parcela)
  await client.signIn()
}

/** The process will end itself at that point of its work. */
const arm = (when: 'before' | 'after', step: string) => writeFile(join(parcela.home, 'crash'), `${when} ${step}`)

/** A new process on what the dead one left. */
const revive = async () => {
  await parcela.ended()
  await client.close()
  await parcela.restart()
  await connect()
}

/** What is there, in the engine and for a visitor. */
const readWorld = async (id: string, name: string) => {
  const service = await client.getService(id)
  const traces = await listDockerTraces(await parcela.platformId())
  const site = await client.fetchSite(name)
  return {
    status: service.status,
    serving: service.serving_release_id === service.release_id,
    containers: traces.containers.length,
    networks: traces.networks.length,
    site: site.body,
  }
}

const waitForWorld = (id: string, name: string, wanted: Partial<Awaited<ReturnType<typeof readWorld>>>) =>
  expect.poll(() => readWorld(id, name), { timeout: 60_000, interval: 250 }).toMatchObject(wanted)

const publishSteps = [
  'announce-route',
  'build-image',
  'run-container',
  'await-healthy',
  'ensure-records',
  'switch-route',
  'verify',
]
const again = publishSteps.filter(step => step !== 'announce-route' && step !== 'ensure-records')
const moments = (steps: readonly string[]) =>
  steps.flatMap(step => [['before', step] as const, ['after', step] as const])

const addedSteps = ['route-domain', 'certify-domain', 'verify-domain']
const nameOf = (story: string, when: string, step: string) => `${story}-${when}-${step}`
const domainNames = () => [
  ...moments(addedSteps).map(([when, step]) => nameOf('domain', when, step)),
  ...moments(['withdraw-domain']).flatMap(([when, step]) => [nameOf('taken', when, step), nameOf('ended', when, step)]),
]
/** What a visitor of the domain gets; a name that the edge has no certificate for is refused in the handshake. */
const visitDomain = async (name: string): Promise<string> => {
  const dispatcher = createLoopbackAgent(parcela.ca)
  try {
    const { statusCode, body } = await request(`https://${name}.${ownDomains}:${parcela.ports.https}/`, { dispatcher })
    return `${statusCode} ${await body.text()}`
  } catch (error) {
    return `refused: ${(error as Error).message}`
  } finally {
    await dispatcher.destroy()
  }
}
const addDomain = async (id: string, name: string) => {
  const { status, text } = await client.ask('POST', `/services/${id}/domains`, {
    json: { name: `${name}.${ownDomains}` },
  })
  expect(status, text).toBe(202)
}
const removeDomain = async (id: string, name: string) => {
  expect((await client.ask('DELETE', `/services/${id}/domains/${name}.${ownDomains}`)).status).toBe(204)
}
const readDomain = async (id: string, name: string) => {
  const { body } = await client.ask('GET', `/services/${id}/domains`)
  const [domain] = (body as { items: DomainAnswer[] }).items
  return { status: domain?.status, problem: domain?.status_reason, site: await visitDomain(name) }
}
const waitForDomain = (id: string, name: string) =>
  expect
    .poll(() => readDomain(id, name), { timeout: 60_000, interval: 250 })
    .toEqual({ status: 'active', problem: null, site: `200 ${name}` })
const waitUntilClosed = (name: string) =>
  expect.poll(() => visitDomain(name), { timeout: 60_000, interval: 250 }).toMatch(/^refused: /)

describe('the process is killed', () => {
  test.each(moments(publishSteps))(
    '%s %s of a first publish, and the site comes up all the same',
    async (when, step) => {
      await arm(when, step)
      const name = `first-${when}-${step}`
      const { id } = await client.publish({ 'index.html': name }, { name })
      await revive()
      await waitForWorld(id, name, { status: 'running', serving: true, containers: 1, networks: 1, site: name })
      await client.remove(id, { purge: true })
      await client.waitUntilGone(id)
    },
  )

  test.each(moments(again))('%s %s of the next publish, and visitors get the new release', async (when, step) => {
    const name = `again-${when}-${step}`
    const { id } = await client.publish({ 'index.html': 'old' }, { name })
    await client.waitFor(id, 'running')
    await arm(when, step)
    await client.publishAgain(id, { 'index.html': 'new' })
    await revive()
    await waitForWorld(id, name, { status: 'running', serving: true, containers: 1, networks: 1, site: 'new' })
    await client.remove(id, { purge: true })
    await client.waitUntilGone(id)
  })

  test.each(moments(['park-route', 'stop-containers']))(
    '%s %s of a stop, and the site is stopped',
    async (when, step) => {
      const name = `stop-${when}-${step}`
      const { id } = await client.publish({ 'index.html': 'old' }, { name })
      await client.waitFor(id, 'running')
      await arm(when, step)
      await client.act(id, 'stop')
      await revive()
      await client.waitFor(id, 'stopped')
      expect((await client.fetchSite(name)).status).toBe(503)
      await client.remove(id, { purge: true })
      await client.waitUntilGone(id)
    },
  )

  test.each(
    moments([
      'remove-route',
      'remove-records',
      'remove-containers',
      'remove-images',
      'remove-network',
      'forget-service',
    ]),
  )('%s %s of a deletion, and nothing is left', async (when, step) => {
    const name = `gone-${when}-${step}`
    const { id } = await client.publish({ 'index.html': name }, { name })
    await client.waitFor(id, 'running')
    await arm(when, step)
    await client.remove(id, { purge: true })
    await revive()
    await client.waitUntilGone(id)
    expect(await listDockerTraces(await parcela.platformId())).toEqual({ containers: [], images: [], networks: [] })
    expect((await client.fetchSite(name)).status).toBe(404)
  })
})

describe('the process is killed in the work on a custom domain', () => {
  test.each(moments(addedSteps))('%s %s of a new one, and it is served over TLS all the same', async (when, step) => {
    const name = nameOf('domain', when, step)
    const { id } = await client.publish({ 'index.html': name }, { name })
    await client.waitFor(id, 'running')
    await arm(when, step)
    await addDomain(id, name)
    await revive()
    await waitForDomain(id, name)
    await waitForWorld(id, name, { status: 'running', serving: true, containers: 1, site: name })
    await client.remove(id, { purge: true })
    await client.waitUntilGone(id)
    await waitUntilClosed(name)
  })

  test.each(moments(['withdraw-domain']))(
    '%s %s of its removal, and it is closed, the site is not, and it can be added again',
    async (when, step) => {
      const name = nameOf('taken', when, step)
      const { id } = await client.publish({ 'index.html': name }, { name })
      await client.waitFor(id, 'running')
      await addDomain(id, name)
      await waitForDomain(id, name)
      await arm(when, step)
      await removeDomain(id, name)
      await revive()
      await waitUntilClosed(name)
      await waitForWorld(id, name, { status: 'running', serving: true, site: name })
      await addDomain(id, name)
      await waitForDomain(id, name)
      await client.remove(id, { purge: true })
      await client.waitUntilGone(id)
    },
  )

  test.each(moments(['withdraw-domain']))(
    '%s %s of the deletion of its service, and nothing is left of either',
    async (when, step) => {
      const name = nameOf('ended', when, step)
      const { id } = await client.publish({ 'index.html': name }, { name })
      await client.waitFor(id, 'running')
      await addDomain(id, name)
      await waitForDomain(id, name)
      await arm(when, step)
      await client.remove(id, { purge: true })
      await revive()
      await client.waitUntilGone(id)
      await waitUntilClosed(name)
      expect(await listDockerTraces(await parcela.platformId())).toEqual({ containers: [], images: [], networks: [] })
    },
  )
})

test('the embedded PostgreSQL is killed in the middle of a publish, and nothing is lost', async () => {
  const { id } = await client.publish({ 'index.html': 'kept' }, { name: 'database' })
  await client.waitFor(id, 'running')
  const release = await client.publishAgain(id, { 'index.html': 'also kept' })
  const pidFile = await readFile(join(parcela.home, 'postgres/data/postmaster.pid'), 'utf8')
  process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL')
  await expect
    .poll(async () => (await client.ask('GET', `/services/${id}`)).body, { timeout: 60_000, interval: 250 })
    .toMatchObject({ status: 'running', serving_release_id: release.id })
  expect(parcela.isRunning()).toBe(true)
  await waitForWorld(id, 'database', {
    status: 'running',
    serving: true,
    containers: 1,
    networks: 1,
    site: 'also kept',
  })
  await client.remove(id, { purge: true })
  await client.waitUntilGone(id)
})
