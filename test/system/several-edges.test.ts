import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EdgeAnswer } from '@parcela/contract'
import { run } from '@parcela/kit'
import { request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Client,
  createClient,
  createLoopbackAgent,
  type FurtherEdge,
  listDockerTraces,
  type Parcela,
  startEdge,
  startParcela,
} from './support/index.ts'

const name = 'doble'
/** Another address of this machine, as a private network's would be. */
const publishAddress = '127.0.0.2'

let parcela: Parcela
let client: Client
let edge: FurtherEdge
let edgeId: string
let serviceId: string

beforeAll(async () => {
  parcela = await startParcela({
    settings: { PARCELA_PUBLISH_ADDRESS: publishAddress, PARCELA_RESYNC_SECONDS: '2', PARCELA_DRAIN_SECONDS: '1' },
  })
  client = createClient(parcela)
  await client.signIn()
  const { id } = await client.publish({ 'index.html': 'one' }, { name })
  serviceId = id
  await client.waitFor(id, 'running')
  const { status, body, text } = await client.ask('POST', '/edges', { json: { name: 'segundo' } })
  expect(status, text).toBe(201)
  const admitted = body as { id: string; token: string; public_key: string }
  edgeId = admitted.id
  edge = await startEdge(parcela, admitted)
})
afterAll(async () => {
  await edge?.stop()
  await client?.close()
  await parcela?.stop()
})

const visit = async (port: number, host = `${name}.${parcela.appsDomain}`) => {
  // A new one each time: a connection that is kept shows nothing of what came later.
  const dispatcher = createLoopbackAgent(parcela.ca)
  try {
    const { statusCode, body } = await request(`https://${host}:${port}/`, { dispatcher })
    return { status: statusCode, body: await body.text() }
  } finally {
    await dispatcher.destroy()
  }
}
const bodyOf = (port: number) =>
  visit(port).then(
    ({ body }) => body,
    error => String(error),
  )
const until = (look: () => Promise<unknown>, wanted: unknown) =>
  expect.poll(look, { timeout: 60_000, interval: 200 }).toEqual(wanted)
const edgeAnswer = async (): Promise<EdgeAnswer | undefined> => {
  const { body } = await client.ask('GET', '/edges')
  return (body as { items: EdgeAnswer[] }).items.find(({ id }) => id === edgeId)
}
const publish = async (content: string) => {
  const release = await client.publishAgain(serviceId, { 'index.html': content })
  await client.waitForRelease(serviceId, release.id)
}

test('the same site answers over TLS on both edges, out of one container on an address that both reach', async () => {
  await until(() => bodyOf(edge.ports.https), 'one')
  expect(await visit(parcela.ports.https)).toEqual({ status: 200, body: 'one' })
  const { containers } = await listDockerTraces(await parcela.platformId())
  const { stdout } = await run(['docker', 'port', containers[0] ?? ''], { timeoutMs: 10_000 })
  expect(stdout).toContain(`${publishAddress}:`)
  expect(stdout).not.toMatch(/0\.0\.0\.0|127\.0\.0\.1/)
})

test('administrators see how far it is', async () => {
  await until(async () => {
    const answer = await edgeAnswer()
    return answer && answer.applied_version === answer.current_version && answer.problem === null
  }, true)
  expect((await edgeAnswer())?.name).toBe('segundo')
})

test('the page is not served there, whose key it was never given, nor a name that nobody has', async () => {
  expect((await visit(edge.ports.https, `nobody.${parcela.appsDomain}`)).status).toBe(404)
  await expect(visit(edge.ports.https, 'parcela.localhost')).rejects.toThrow()
  expect(await edge.certificateNames()).toEqual([[`*.${parcela.appsDomain}`]])
})

test('it follows when the site is published again, and when another is added and deleted', async () => {
  await publish('two')
  await until(() => bodyOf(edge.ports.https), 'two')
  const { id } = await client.publish({ 'index.html': 'other' }, { name: 'otro' })
  await client.waitFor(id, 'running')
  const other = () => visit(edge.ports.https, `otro.${parcela.appsDomain}`)
  await until(other, { status: 200, body: 'other' })
  await client.remove(id, { purge: true })
  await until(async () => (await other()).status, 404)
})

test('a question of a certificate authority that reaches it is answered by the main edge', async () => {
  const folder = join(parcela.home, 'acme/.well-known/acme-challenge')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'token_-1'), 'token.thumbprint')
  const dispatcher = createLoopbackAgent(parcela.ca)
  const ask = async (token: string) => {
    const url = `http://www.tienda.test:${edge.ports.http}/.well-known/acme-challenge/${token}`
    const { statusCode, body } = await request(url, { dispatcher })
    return { status: statusCode, body: await body.text() }
  }
  try {
    expect(await ask('token_-1')).toEqual({ status: 200, body: 'token.thumbprint' })
    expect((await ask('missing')).status).toBe(404)
  } finally {
    await dispatcher.destroy()
  }
})

test('it serves on while the gateway is down', async () => {
  await parcela.shutDown()
  await expect(visit(parcela.ports.https)).rejects.toThrow()
  expect(await visit(edge.ports.https)).toEqual({ status: 200, body: 'two' })
  await parcela.restart()
  await client.signIn()
  await publish('three')
  await until(() => bodyOf(edge.ports.https), 'three')
})

test('its nginx serves on when the agent is killed, and the next agent adopts it and follows', async () => {
  const before = await edge.appliedVersion()
  await edge.kill()
  expect(await visit(edge.ports.https)).toEqual({ status: 200, body: 'three' })
  await publish('four')
  expect(await edge.appliedVersion()).toBe(before)
  await edge.start()
  await until(() => bodyOf(edge.ports.https), 'four')
  expect(await edge.log()).toContain('"how":"adopted"')
  expect(await edge.appliedVersion()).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY)
})

test('an edge that was removed follows no more, and says why', async () => {
  const before = await edge.appliedVersion()
  expect((await client.ask('DELETE', `/edges/${edgeId}`)).status).toBe(204)
  await until(async () => (await edge.log()).includes('does not know the token of this edge'), true)
  await publish('five')
  expect(await bodyOf(parcela.ports.https)).toBe('five')
  expect(await bodyOf(edge.ports.https)).not.toBe('five')
  expect(await edge.appliedVersion()).toBe(before)
})
