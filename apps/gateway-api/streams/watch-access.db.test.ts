import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { ReleaseId } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { createJournal } from '../../../state/index.ts'
import { origin } from '../testing/test-client.ts'
import { encodeForm, makeForm } from '../testing/test-form.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'

let server: TestServer
let world: TestInstallation

beforeAll(async () => {
  server = await startTestServer()
  world = await startInstallation(server)
})
afterAll(async () => {
  await world.close()
  await server.stop()
})

const api = '/api/v1'
let count = 0

/** A team with an owner and a viewer, and a service of theirs whose release waits to be built. */
const makeScene = async () => {
  count += 1
  const [owner, viewer] = [await world.newPerson(`duena-${count}`), await world.newPerson(`lector-${count}`)]
  const team = String((await owner.ask('POST', `${api}/teams`, { name: `Sala ${count}` })).body.id)
  await owner.ask('POST', `${api}/teams/${team}/members`, { username: `lector-${count}`, role: 'viewer' })
  const request = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 64, team_id: team }
  const form = await encodeForm(
    makeForm({ request: { ...request, name: `sala-${count}` }, files: [['index.html', 'hola']] }),
  )
  const { status, body } = await owner.ask('POST', `${api}/services`, form.payload, form.headers)
  expect(status).toBe(202)
  const journal = createJournal({ ...world, ...world.ports, random: size => randomBytes(size) })
  await journal.appendBuildLog(String(body.release_id) as ReleaseId, ['Step 1 of 2'])
  const person = await world.ports.people.findByUsername(`lector-${count}`)
  return { owner, viewer, team, service: `${api}/services/${body.id}`, viewerId: String(person?.id) }
}

type Reader = { cookie: string } | { authorization: string }

/** The stream, and a promise of the time at which it ends. */
const open = async (url: string, headers: Reader) => {
  const response = await world.app.inject({
    method: 'GET',
    url,
    headers: { host: new URL(origin).host, ...headers },
    payloadAsStream: true,
  })
  expect(response.statusCode).toBe(200)
  const stream: Readable = response.stream()
  // One that is cut off is an error to its reader, and an end.
  stream.on('error', () => stream.destroy())
  stream.resume()
  return { stream, ended: new Promise<boolean>(resolve => stream.once('close', () => resolve(true))) }
}

const within = (seconds: number, ended: Promise<boolean>): Promise<boolean> =>
  Promise.race([ended, new Promise<boolean>(resolve => setTimeout(resolve, seconds * 1_000, false))])

const openAll = async (service: string, reader: Reader) =>
  Promise.all([open(`${service}/events`, reader), open(`${service}/logs?kind=build&follow=true`, reader)])

test('streams of a member who is removed end within seconds; those of the others go on', async () => {
  const { owner, viewer, team, service, viewerId } = await makeScene()
  const kept = await openAll(service, { authorization: `Bearer ${owner.key}` })
  const ending = await openAll(service, { cookie: viewer.cookie })
  expect(await within(3, Promise.race([...kept, ...ending].map(({ ended }) => ended)))).toBe(false)
  expect((await owner.ask('DELETE', `${api}/teams/${team}/members/${viewerId}`)).status).toBe(204)
  expect(await Promise.all(ending.map(({ ended }) => within(5, ended)))).toEqual([true, true])
  expect(await within(1, Promise.race(kept.map(({ ended }) => ended)))).toBe(false)
  for (const { stream } of kept) stream.destroy()
})

test('streams that were opened with a key end when it is revoked', async () => {
  const { viewer, service } = await makeScene()
  const page = world.fromPage(viewer.cookie)
  const { items } = (await page('GET', `${api}/keys`)).body as unknown as { items: { id: string }[] }
  const ending = await openAll(service, { authorization: `Bearer ${viewer.key}` })
  expect((await page('DELETE', `${api}/keys/${items[0]?.id}`)).status).toBe(204)
  expect(await Promise.all(ending.map(({ ended }) => within(5, ended)))).toEqual([true, true])
})

test('streams of a session end with it', async () => {
  const { viewer, service } = await makeScene()
  const ending = await openAll(service, { cookie: viewer.cookie })
  const headers = { cookie: viewer.cookie, origin }
  await world.send({ method: 'POST', url: '/api/auth/sign-out', headers, payload: {} })
  expect(await Promise.all(ending.map(({ ended }) => within(5, ended)))).toEqual([true, true])
})

test('streams of somebody who is disabled end', async () => {
  const { viewer, viewerId, service } = await makeScene()
  const ending = await openAll(service, { authorization: `Bearer ${viewer.key}` })
  const admin = world.fromPage(await world.signIn(administrator.email, administrator.password))
  expect((await admin('PATCH', `${api}/people/${viewerId}`, { disabled: true })).status).toBe(200)
  expect(await Promise.all(ending.map(({ ended }) => within(5, ended)))).toEqual([true, true])
})

test('streams end for a team whose service moves to another', async () => {
  const { owner, viewer, service } = await makeScene()
  const { body } = await owner.ask('GET', `${api}/me`)
  const ending = await openAll(service, { cookie: viewer.cookie })
  expect((await owner.ask('POST', `${service}/move`, { team_id: body.team_id })).status).toBe(202)
  expect(await Promise.all(ending.map(({ ended }) => within(5, ended)))).toEqual([true, true])
})
