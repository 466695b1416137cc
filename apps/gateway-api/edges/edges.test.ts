import { createPublicKey, verify } from 'node:crypto'
import type { EdgeSnapshot, SignedEdgeSnapshot } from '@parcela/contract'
import { defaultPolicy, type Route, type ServiceId } from '@parcela/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFakeEdges } from '../../../test/fakes/fake-edges.ts'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'
import { createEdgeSnapshots, makeSigningKey } from './sign-snapshots.ts'

const route: Route = {
  host: 'hola.apps.localhost',
  service_id: 'svc_1' as ServiceId,
  state: 'serving',
  upstream: { address: '10.0.0.1', port: 20_001 },
  redirect_to: null,
  release_id: null,
  policy: defaultPolicy,
}

let gateway: TestGateway
let edges: ReturnType<typeof createFakeEdges>
let publicKey: string
let admin: ReturnType<TestGateway['as']>

beforeEach(async () => {
  edges = createFakeEdges()
  const edgeSnapshots = createEdgeSnapshots({
    platform: 'a1b2c3d4',
    key: makeSigningKey(),
    edges,
    listRoutes: async () => [route],
    listCertificates: async () => [{ names: ['*.apps.localhost'], certificate: 'certificate', key: 'key' }],
    clock: { now: () => new Date(0) },
  })
  publicKey = edgeSnapshots.publicKey
  gateway = await startTestGateway({ ports: { edges, edgeSnapshots } })
  const cookie = await gateway.signIn('admin@example.org', 'correct horse battery')
  admin = gateway.as(await gateway.createKey(cookie))
})
afterEach(() => gateway.app.close())

const ask = (token: string, query: string) =>
  gateway.send({ method: 'GET', url: `/edge/v1/snapshot?${query}`, headers: { authorization: `Bearer ${token}` } })
const admit = async (name = 'madrid'): Promise<{ id: string; token: string }> => {
  const { status, body } = await admin('POST', '/api/v1/edges', { name })
  expect(status).toBe(201)
  expect(body.public_key).toBe(publicKey)
  return { id: String(body.id), token: String(body.token) }
}

test('an edge gets what to serve, signed, and only when it is newer', async () => {
  const { token } = await admit()
  const { status, body } = await ask(token, 'after=0')
  expect(status).toBe(200)
  const { payload, signature } = body as unknown as SignedEdgeSnapshot
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  expect(verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64'))).toBe(true)
  const snapshot = JSON.parse(payload) as EdgeSnapshot
  expect(snapshot).toMatchObject({ platform: 'a1b2c3d4', version: 1, routes: [route] })
  expect((await ask(token, 'after=1&wait_seconds=0')).status).toBe(204)
  edges.raiseVersion()
  expect((await ask(token, 'after=1&wait_seconds=0')).status).toBe(200)
})

test('one that waits is answered as soon as something changes', async () => {
  const { token } = await admit()
  const waiting = ask(token, 'after=1&wait_seconds=20')
  edges.raiseVersion()
  expect((await waiting).status).toBe(200)
})

test('what an edge says of itself is shown to administrators', async () => {
  const { token } = await admit()
  await ask(token, 'after=1&wait_seconds=0&problem=disk%20full')
  const { body } = await admin('GET', '/api/v1/edges')
  expect(body.items).toMatchObject([{ name: 'madrid', applied_version: 1, current_version: 1, problem: 'disk full' }])
})

test('a removed edge and a guessed token get nothing', async () => {
  const { id, token } = await admit()
  expect((await admin('DELETE', `/api/v1/edges/${id}`)).status).toBe(204)
  expect((await ask(token, 'after=0')).status).toBe(401)
  expect((await ask(`parcela_edge_${'x'.repeat(43)}`, 'after=0')).status).toBe(401)
  expect((await admin('DELETE', `/api/v1/edges/${id}`)).status).toBe(404)
})

test('one that is removed while it waits gets nothing of what comes then', async () => {
  const { id, token } = await admit()
  const waiting = ask(token, 'after=1&wait_seconds=20')
  expect(await edges.listEdges()).toHaveLength(1)
  await expect.poll(async () => (await edges.listEdges())[0]?.seen_at).toBeTruthy()
  expect((await admin('DELETE', `/api/v1/edges/${id}`)).status).toBe(204)
  edges.raiseVersion()
  const { status, body } = await waiting
  expect(status).toBe(401)
  expect(JSON.stringify(body)).not.toContain('payload')
})

test("an edge's token opens nothing else, and a person's key no snapshot", async () => {
  const { token } = await admit()
  expect((await gateway.as(token)('GET', '/api/v1/services')).status).toBe(401)
  const { key } = await gateway.newPerson('ana')
  expect((await ask(key, 'after=0')).status).toBe(401)
})

test('only administrators admit edges; a name is one word and taken once', async () => {
  const { ask: asAna } = await gateway.newPerson('ana')
  expect((await asAna('POST', '/api/v1/edges', { name: 'mine' })).status).toBe(403)
  expect((await admin('POST', '/api/v1/edges', { name: 'Not One' })).status).toBe(422)
  await admit('lima')
  expect((await admin('POST', '/api/v1/edges', { name: 'lima' })).body.error.details).toMatchObject({
    reason: 'name_taken',
  })
})
