import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { PersonId } from '@parcela/core'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { origin } from '../testing/test-client.ts'
import { encodeForm, makeForm } from '../testing/test-form.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'

let server: TestServer
let world: TestInstallation
let admin: ReturnType<TestInstallation['as']>

beforeAll(async () => {
  server = await startTestServer()
  world = await startInstallation(server)
  admin = world.as(await world.createKey(await world.signIn(administrator.email, administrator.password)))
})
afterAll(async () => {
  await world.close()
  await server.stop()
})

const api = '/api/v1'
const wanted = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 64 }
let count = 0
const newPerson = async () => {
  count += 1
  const username = `persona-${count}`
  const made = await world.newPerson(username)
  const { body } = await made.ask('GET', `${api}/me`)
  return { ...made, username, id: String(body.id), team_id: String(body.team_id), page: world.fromPage(made.cookie) }
}
const newTeam = async ({ ask }: { ask: ReturnType<TestInstallation['as']> }) => {
  count += 1
  const { status, body } = await ask('POST', `${api}/teams`, { name: `Equipo ${count}` })
  expect(status).toBe(201)
  return `${api}/teams/${body.id}`
}

test('an owner makes a team, adds others with roles, and they work in it as their roles say', async () => {
  const [owner, developer, viewer, stranger] = [
    await newPerson(),
    await newPerson(),
    await newPerson(),
    await newPerson(),
  ]
  const team = await newTeam(owner)
  for (const [{ username }, role] of [
    [developer, 'developer'],
    [viewer, 'viewer'],
  ] as const) {
    expect((await owner.ask('POST', `${team}/members`, { username, role })).status).toBe(201)
  }
  const team_id = team.split('/').at(-1)
  const made = await developer.ask('POST', `${api}/services`, { ...wanted, team_id, name: 'comun' })
  expect([made.status, made.body.team_id, made.body.username]).toEqual([202, team_id, developer.username])
  const service = `${api}/services/${made.body.id}`
  expect((await viewer.ask('GET', service)).status).toBe(200)
  expect((await viewer.ask('POST', `${service}/actions/stop`)).body.error).toMatchObject({
    code: 'forbidden',
    message: 'Only owners and developers of the team may do this.',
  })
  expect((await developer.ask('DELETE', service)).status).toBe(403)
  expect((await stranger.ask('GET', service)).status).toBe(404)

  expect((await owner.ask('PATCH', `${team}/members/${viewer.id}`, { role: 'developer' })).body.role).toBe('developer')
  expect((await viewer.ask('POST', `${service}/actions/stop`)).status).toBe(202)
  expect((await developer.ask('POST', `${team}/leave`)).status).toBe(204)
  expect((await developer.ask('GET', service)).status).toBe(404)
  expect((await owner.ask('GET', service)).body.username).toBe(owner.username)
  const refused = await owner.ask('POST', `${team}/leave`)
  expect([refused.status, refused.body.error.details.reason]).toEqual([409, 'last_owner'])
  expect((await stranger.ask('POST', `${team}/leave`)).status).toBe(404)
})

test('who was removed from a team is out at the next request, also in a session and with a key', async () => {
  const [owner, member] = [await newPerson(), await newPerson()]
  const team = await newTeam(owner)
  await owner.ask('POST', `${team}/members`, { username: member.username, role: 'viewer' })
  expect([(await member.ask('GET', team)).status, (await member.page('GET', team)).status]).toEqual([200, 200])
  await owner.ask('DELETE', `${team}/members/${member.id}`)
  expect([(await member.ask('GET', team)).status, (await member.page('GET', team)).status]).toEqual([404, 404])
})

test('names with look-alikes of other scripts are refused, and so is one that another team has', async () => {
  const { ask } = await newPerson()
  const mixed = await ask('POST', `${api}/teams`, { name: 'Prоfesores' })
  expect([mixed.status, mixed.body.error.fields.name]).toEqual([422, expect.stringContaining('several scripts')])
  expect((await ask('POST', `${api}/teams`, { name: 'Profesores' })).status).toBe(201)
  expect((await ask('POST', `${api}/teams`, { name: ' profesóres ' })).body.error.details.reason).toBe('name_taken')
})

test('nobody is added who is not here, and nobody twice', async () => {
  const [owner, member] = [await newPerson(), await newPerson()]
  const team = await newTeam(owner)
  const unknown = await owner.ask('POST', `${team}/members`, { username: 'nadie-aqui', role: 'viewer' })
  expect([unknown.status, unknown.body.error.fields.username]).toEqual([422, expect.stringContaining('invite')])
  await owner.ask('POST', `${team}/members`, { username: member.username, role: 'viewer' })
  const again = await owner.ask('POST', `${team}/members`, { username: member.username, role: 'owner' })
  expect([again.status, again.body.error.details.reason]).toEqual([409, 'member_present'])
})

test('a service moves between teams of one owner, with its releases, and to no other', async () => {
  const [owner, other] = [await newPerson(), await newPerson()]
  const [team, foreign] = [await newTeam(owner), await newTeam(other)]
  const { body } = await owner.ask('POST', `${api}/services`, { ...wanted, name: `mueble-${count}` })
  const move = (to: string) => owner.ask('POST', `${api}/services/${body.id}/move`, { team_id: to.split('/').at(-1) })
  expect((await move(foreign)).status).toBe(404)
  await other.ask('POST', `${foreign}/members`, { username: owner.username, role: 'developer' })
  expect((await move(foreign)).status).toBe(403)
  expect((await move(team)).body).toMatchObject({ team_id: team.split('/').at(-1), username: owner.username })
})

test('a key that ends at a team asks for services there, and nowhere else', async () => {
  const owner = await newPerson()
  const team_id = (await newTeam(owner)).split('/').at(-1)
  const { body } = await owner.page('POST', `${api}/keys`, { name: 'team', team_id })
  const ask = world.as(String(body.key))
  expect((await ask('POST', `${api}/services`, { ...wanted, name: `a-${count}` })).body.team_id).toBe(team_id)
  const own = { ...wanted, name: `b-${count}`, team_id: owner.team_id }
  expect((await ask('POST', `${api}/services`, own)).status).toBe(404)
  const { items } = (await ask('GET', `${api}/teams`)).body as unknown as { items: { id: string }[] }
  expect(items.map(({ id }) => id)).toEqual([team_id])
})

test('a digest opens files of teams that one publishes for, and of no other', async () => {
  const [owner, viewer] = [await newPerson(), await newPerson()]
  const team = await newTeam(owner)
  const team_id = team.split('/').at(-1)
  await owner.ask('POST', `${team}/members`, { username: viewer.username, role: 'viewer' })
  const content = `secret of ${team_id}`
  const form = await encodeForm(
    makeForm({ request: { ...wanted, team_id, name: `fotos-${count}` }, files: [['index.html', content]] }),
  )
  expect((await owner.ask('POST', `${api}/services`, form.payload, form.headers)).status).toBe(202)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const announce = (ask: typeof owner.ask) =>
    ask('POST', `${api}/uploads`, { files: [{ path: 'index.html', sha256, size: Buffer.byteLength(content) }] })
  expect((await announce(owner.ask)).body.missing).toEqual([])
  expect((await announce(viewer.ask)).body.missing).toEqual([sha256])
})

test('what goes beyond the quota is refused with figures, and an administrator gives more', async () => {
  const person = await newPerson()
  const quota = `${api}/teams/${person.team_id}/quota`
  expect((await admin('PUT', quota, { overrides: { services: 1 } })).status).toBe(200)
  await person.ask('POST', `${api}/services`, { ...wanted, name: `q-${count}-a` })
  const second = { ...wanted, name: `q-${count}-b` }
  const refused = await person.ask('POST', `${api}/services`, second)
  expect([refused.status, refused.body.error]).toMatchObject([
    409,
    { code: 'quota_exceeded', details: { resource: 'services', used: 1, asked: 1, allowed: 1 } },
  ])
  expect((await person.ask('GET', quota)).body).toMatchObject({
    limits: { services: 1 },
    overrides: { services: 1 },
    used: { services: 1, ram_mb: 64, storage_gb: 1 },
  })
  await admin('PUT', quota, { overrides: {} })
  expect((await person.ask('POST', `${api}/services`, second)).status).toBe(202)
})

test('a request above the threshold is seen by its requester and decided by an administrator', async () => {
  const person = await newPerson()
  const plan = await admin('POST', `${api}/plans`, {
    name: `Alumnos ${count}`,
    limits: {
      services: 5,
      cpus: 4,
      ram_mb: 2048,
      storage_gb: 50,
      machines: 0,
      uploads_per_day: 50,
      releases_kept: 5,
      custom_domains: 1,
    },
    self_service: { cpus: 1, ram_mb: 256, storage_gb: null, machines: false },
    edge_class: 'small',
  })
  await admin('PUT', `${api}/teams/${person.team_id}/quota`, { plan_id: plan.body.id })
  const asked = await person.ask('POST', `${api}/services`, { ...wanted, ram_mb: 512, name: `g-${count}` })
  expect(asked.body).toMatchObject({ status: 'pending_approval', status_reason: { reason: 'needs_approval' } })
  const { items } = (await admin('GET', `${api}/approvals?status=pending`)).body as unknown as {
    items: { id: string; service_id: string; over: string[]; requested_by: string }[]
  }
  const waiting = items.find(({ service_id }) => service_id === asked.body.id)
  expect(waiting).toMatchObject({ over: ['ram_mb'], requested_by: person.username })
  expect((await person.ask('POST', `${api}/approvals/${waiting?.id}/approve`, {})).status).toBe(403)
  const approved = await admin('POST', `${api}/approvals/${waiting?.id}/approve`, { ram_mb: 300 })
  expect(approved.body).toMatchObject({ status: 'approved', given: { ram_mb: 300 } })
  const service = `${api}/services/${asked.body.id}`
  expect((await person.ask('GET', service)).body).toMatchObject({ status: 'queued', ram_mb: 300 })

  await person.ask('PATCH', service, { ram_mb: 400 })
  const again = (await person.ask('GET', `${service}/approvals`)).body as unknown as { items: { id: string }[] }
  expect((await admin('POST', `${api}/approvals/${again.items[0]?.id}/refuse`, { reason: 'Enough.' })).status).toBe(200)
  expect((await person.ask('GET', `${service}/approvals`)).body.items).toMatchObject([
    { status: 'refused', reason: 'Enough.', kind: 'change' },
    { status: 'approved', kind: 'create' },
  ])
  const machine = await person.ask('GET', `${api}/teams/${person.team_id}`)
  expect(machine.body.edge_class).toBe('small')
})

const readTar = async (content: Readable): Promise<Map<string, string>> => {
  const files = new Map<string, string>()
  const archive = content.pipe(extract())
  for await (const entry of archive) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    files.set(entry.header.name, Buffer.concat(chunks).toString())
  }
  return files
}

test('a person takes their data with them: what is known of them, and their files', async () => {
  const person = await newPerson()
  const form = await encodeForm(
    makeForm({
      request: { ...wanted, name: `mio-${count}` },
      files: [
        ['index.html', 'hola'],
        ['fotos/a.txt', 'a'],
      ],
    }),
  )
  const { body } = await person.ask('POST', `${api}/services`, form.payload, form.headers)
  const response = await world.app.inject({
    method: 'GET',
    url: `${api}/me/export`,
    headers: { host: new URL(origin).host, authorization: `Bearer ${person.key}` },
    payloadAsStream: true,
  })
  expect(response.headers['content-type']).toBe('application/x-tar')
  const files = await readTar(response.stream())
  expect([...files.keys()].toSorted()).toEqual([
    'export.json',
    `files/mio-${count}-${body.id}/fotos/a.txt`,
    `files/mio-${count}-${body.id}/index.html`,
  ])
  expect(files.get(`files/mio-${count}-${body.id}/index.html`)).toBe('hola')
  const text = files.get('export.json') ?? ''
  expect(JSON.parse(text)).toMatchObject({
    person: { username: person.username },
    account: { email: `${person.username}@example.org` },
    keys: [{ name: 'tests' }],
    services: [{ name: `mio-${count}`, releases: [{ number: 1, files_count: 2 }] }],
  })
  expect(text).not.toContain(person.key)
  expect(text).not.toMatch(/password|token_hash|"key"/)
})

test('an account is erased only by name and password, and then it is gone with its keys', async () => {
  const person = await newPerson()
  const team = await newTeam(person)
  const made = await person.ask('POST', `${api}/services`, { ...wanted, name: `adios-${count}` })
  const { username } = person
  const erase = (payload: object) => person.page('POST', `${api}/me/erase`, payload)
  const right = { username, password: 'a good password' }
  expect((await person.ask('POST', `${api}/me/erase`, right)).status).toBe(403)
  expect((await erase({ ...right, username: 'otro' })).body.error.fields.username).toContain('is not yours')
  expect((await erase({ username })).body.error.fields.password).toContain('is needed')
  expect((await erase({ username, password: 'a bad password' })).body.error.fields.password).toBe('is not yours')
  expect((await erase(right)).status).toBe(204)

  expect((await person.ask('GET', `${api}/me`)).status).toBe(401)
  expect((await person.page('GET', `${api}/me`)).status).toBe(401)
  const again = await world.send({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    payload: { email: `${person.username}@example.org`, password: 'a good password' },
  })
  expect(again.status).toBe(401)
  const service = (await admin('GET', `${api}/services/${made.body.id}`)).body
  expect(service).toMatchObject({ status: 'deleting', username: expect.stringMatching(/^erased-/) })
  expect((await admin('GET', team)).status).toBe(404)
  expect((await world.newPerson(person.username)).key).not.toBe('undefined')
})

test('the password of an account is not guessed at where it is erased: after five wrong ones there are pauses', async () => {
  const { username, page } = await newPerson()
  const erase = (password: string) => page('POST', `${api}/me/erase`, { username, password })
  for (let tries = 0; tries < 5; tries++) expect((await erase('a wrong password')).status).toBe(422)
  const refused = await erase('a good password')
  expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true])
  world.passTime(3_000)
  expect((await erase('a good password')).status).toBe(204)
})

test('an account without a password is erased soon after a sign-in, and not later', async () => {
  const { id, username, page } = await newPerson()
  const accountId = await world.ports.people.findAccountId(id as PersonId)
  await world.identity.db.updateTable('account').set({ password: null }).where('userId', '=', accountId).execute()
  const erase = () => page('POST', `${api}/me/erase`, { username })
  world.passTime(16 * 60_000)
  expect((await erase()).body.error.details.reason).toBe('sign_in_again')
  world.passTime(-16 * 60_000)
  expect((await erase()).status).toBe(204)
})
