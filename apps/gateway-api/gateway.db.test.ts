import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { silentLog } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { web } from '../../catalog/web/manifest.ts'
import { startTestServer, type TestServer } from '../../state/database/test-database.ts'
import {
  createApprovals,
  createAuditTrail,
  createDesiredState,
  createEdges,
  createEventStream,
  createFileStore,
  createInvitations,
  createJournal,
  createListener,
  createObservedState,
  createPeople,
  createPersonalData,
  createQuotas,
  createTrafficReader,
  openIdentity,
  openSecrets,
} from '../../state/index.ts'
import { createTeams } from '../../state/teams/create-teams.ts'
import { createGateway, ensureFirstAdministrator, type GatewayPorts } from './index.ts'
import { noSnapshots } from './testing/no-snapshots.ts'
import { createTestClient, origin } from './testing/test-client.ts'
import { encodeForm, makeForm } from './testing/test-form.ts'

type World = Awaited<ReturnType<typeof openWorld>>
let server: TestServer
let world: World

beforeAll(async () => {
  server = await startTestServer()
  world = await openWorld(server)
})
afterAll(async () => {
  await world.close()
  await server.stop()
})

/** The gateway on a real database and a real disk. */
const openWorld = async (testServer: TestServer) => {
  const database = await testServer.createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'parcela-files-'))
  const identity = openIdentity({ database, log: silentLog })
  const listener = createListener({ database, log: silentLog })
  const clock = { now: () => new Date() }
  const parts = { database, clock, random: (size: number) => randomBytes(size), log: silentLog }
  const ports: GatewayPorts = {
    desired: createDesiredState(parts),
    people: createPeople(parts),
    teams: createTeams(parts),
    quotas: createQuotas(parts),
    approvals: createApprovals(parts),
    personalData: createPersonalData(parts),
    audit: createAuditTrail(parts),
    secrets: await openSecrets({ ...parts, keyFile: join(directory, 'secrets.key') }),
    invitations: createInvitations(parts),
    edges: createEdges(parts),
    edgeSnapshots: noSnapshots,
    events: createEventStream({ database, listener }),
    journal: createJournal(parts),
    files: createFileStore({ directory, log: silentLog }),
    logs: { read: () => Readable.from([]) },
    traffic: createTrafficReader({ database }),
    observed: createObservedState(parts),
    catalog: new Map([['web', web]]),
    identity: { db: identity.db, type: 'postgres' },
    settings: {
      panelUrl: origin,
      appsDomain: 'apps.localhost',
      httpsPort: 8443,
      edgeAddresses: { ipv4: ['192.0.2.1'], ipv6: ['2001:db8::1'] },
      dns: { server: 'embedded', records: 'each', zones: ['apps.localhost'] },
      signUp: 'open',
      uploadLimitBytes: 2 ** 26,
      uploadLimitFiles: 5_000,
      secret: randomBytes(32).toString('base64url'),
    },
    clock,
    log: silentLog,
    health: async () => ({ ok: true, checks: {} }),
  }
  const administrator = await ensureFirstAdministrator(ports)
  const app = await createGateway(ports)
  await app.ready()
  return {
    ports,
    app,
    administrator,
    observed: createObservedState(parts),
    ...createTestClient(app),
    close: async () => {
      await app.close()
      await listener.close()
      await identity.close()
      await rm(directory, { recursive: true })
    },
  }
}

const seed = {
  user_id: '12345',
  username: 'usuario_ejemplo',
  service_type: 'docker',
  service_format: 'web',
  storage_gb: 10,
  ram_mb: 512,
  additional_requirements: {},
}

describe('on PostgreSQL', () => {
  test("the first administrator signs in with the generated password and orders with the seed's JSON", async () => {
    const { email, password } = world.administrator
    expect(email).toBe('admin@parcela.localhost')
    expect(await ensureFirstAdministrator(world.ports)).toEqual({ email, password: null })
    const admin = world.as(await world.createKey(await world.signIn(email, password ?? '')))
    const { status, body } = await admin('POST', '/api/v1/services', seed)
    expect(status).toBe(202)
    expect(body).toMatchObject({
      name: 'usuario-ejemplo',
      user_id: '12345',
      username: 'usuario_ejemplo',
      status: 'queued',
    })
    expect((await admin('POST', '/api/v1/services', seed)).body.name).toBe('usuario-ejemplo-2')
    expect(
      (await admin('POST', '/api/v1/services', { ...seed, name: 'usuario-ejemplo' })).body.error.details,
    ).toMatchObject({
      reason: 'name_taken',
      suggestion: 'usuario-ejemplo-3',
    })
  })

  test('a person signs up, publishes a folder, publishes again, rolls back and deletes', async () => {
    const { ask } = await world.newPerson('ana')
    const { payload, headers } = await encodeForm(
      makeForm({
        request: { ...seed, user_id: undefined, username: 'ana' },
        files: [
          ['site/index.html', 'one'],
          ['site/a.css', ''],
        ],
      }),
    )
    const made = await ask('POST', '/api/v1/services', payload, headers)
    expect([made.status, made.body.name, made.body.files_count]).toEqual([202, 'ana', 2])
    const url = `/api/v1/services/${made.body.id}`
    const sha256 = createHash('sha256').update('one').digest('hex')
    expect(await world.ports.files.has(sha256)).toBe(true)

    const next = await encodeForm(makeForm({ files: [['index.html', 'two']] }))
    const release = await ask('POST', `${url}/releases`, next.payload, next.headers)
    expect([release.status, release.body.number]).toEqual([202, 2])
    const { items } = (await ask('GET', `${url}/releases`)).body as unknown as {
      items: { id: string; number: number }[]
    }
    expect(items.map(({ number }) => number)).toEqual([2, 1])
    const back = await ask('POST', `${url}/rollback`, { release_id: items[1]?.id })
    expect([back.status, back.body.release_id]).toEqual([202, items[1]?.id])
    expect((await ask('DELETE', url)).body.status).toBe('deleting')
  })

  test('publishing by digest claims only what the person sent or published', async () => {
    const [eva, leo] = [await world.newPerson('eva'), await world.newPerson('leo')]
    const content = 'only of eva'
    const file = {
      path: 'index.html',
      sha256: createHash('sha256').update(content).digest('hex'),
      size: content.length,
    }
    const announced = await eva.ask('POST', '/api/v1/uploads', { files: [file] })
    expect(announced.body.missing).toEqual([file.sha256])
    expect((await eva.ask('PUT', `/api/v1/blobs/${file.sha256}`, content)).status).toBe(201)
    const request = {
      ...seed,
      user_id: undefined,
      username: undefined,
      additional_requirements: { upload_id: announced.body.id },
    }
    const key = { 'idempotency-key': 'once' }
    const made = await eva.ask('POST', '/api/v1/services', request, key)
    expect(made.status).toBe(202)
    expect((await eva.ask('POST', '/api/v1/services', request, key)).body.id).toBe(made.body.id)
    expect((await eva.ask('POST', '/api/v1/uploads', { files: [file] })).body.missing).toEqual([])
    expect((await leo.ask('POST', '/api/v1/uploads', { files: [file] })).body.missing).toEqual([file.sha256])
    expect((await leo.ask('GET', `/api/v1/services/${made.body.id}`)).status).toBe(404)
  })

  test('many people ask for the same default name at once and each gets one', async () => {
    const { email, password } = world.administrator
    const admin = world.as(await world.createKey(await world.signIn(email, password ?? '')))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin('POST', '/api/v1/services', { ...seed, user_id: '55', username: 'grupo' })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 202))
    expect(new Set(answers.map(({ body }) => body.name)).size).toBe(8)
    expect(new Set(answers.map(({ body }) => body.username))).toEqual(new Set(['grupo']))
  })

  test('sessions end at sign-out and when the password is changed', async () => {
    const cookie = await world.signUp('zoe@example.org')
    const other = await world.signIn('zoe@example.org', 'a good password')
    const changed = await world.send({
      method: 'POST',
      url: '/api/auth/change-password',
      headers: { cookie, origin },
      payload: { currentPassword: 'a good password', newPassword: 'a better password', revokeOtherSessions: true },
    })
    expect(changed.status).toBe(200)
    expect((await world.send({ method: 'GET', url: '/api/v1/me', headers: { cookie: other } })).status).toBe(401)
    expect(await world.signIn('zoe@example.org', 'a better password')).not.toBe('')
  })

  test('events reach an open stream as they are written', async () => {
    const { key, ask } = await world.newPerson('iris')
    const { body } = await ask('POST', '/api/v1/services', { ...seed, user_id: undefined, username: undefined })
    await world.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = world.app.server.address() as AddressInfo
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const headers = { host: 'parcela.localhost:8443', authorization: `Bearer ${key}` }
    const streaming = request({ port, path: `/api/v1/services/${body.id}/events`, headers }, async response => {
      let text = ''
      for await (const chunk of response) {
        text += String(chunk)
        if (text.includes('"building"')) break
      }
      resolve(text)
    })
    streaming.on('error', reject).end()
    await world.observed.recordStatus(body.id as never, {
      status: 'building',
      status_reason: null,
      generation: 1,
      serving_release_id: null,
      warnings: [],
      attempts: 0,
      retry_at: null,
    })
    expect(await promise).toMatch(/event: status\nid: \d+\ndata: \{.*"building"/)
  })

  test('hundreds of files in one form are published', async () => {
    const { ask } = await world.newPerson('max')
    const files = Array.from({ length: 500 }, (_, index) => [`d${index % 50}/f${index}.txt`, `${index}`] as const)
    const form = await encodeForm(makeForm({ request: { ...seed, user_id: undefined, username: undefined }, files }))
    const { status, body } = await ask('POST', '/api/v1/services', form.payload, form.headers)
    expect([status, body.files_count]).toEqual([202, 500])
  })
})
