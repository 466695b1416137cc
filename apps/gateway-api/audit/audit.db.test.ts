import type { AuditAnswer } from '@parcela/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'

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

const seed = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 64, additional_requirements: {} }

/** What the trail holds of these, newest first. */
const rowsOf = async (filter: Record<string, string>): Promise<AuditAnswer[]> => {
  const { status, body } = await admin('GET', `/api/v1/audit?${new URLSearchParams({ limit: '200', ...filter })}`)
  expect(status).toBe(200)
  return body.items as AuditAnswer[]
}

describe('a change', () => {
  test('is written with who, through what, from where, on what, and what it was before', async () => {
    const { ask, key } = await world.newPerson('ana')
    const made = await ask('POST', '/api/v1/services', { ...seed, name: 'cuaderno' }, { 'user-agent': 'curl/8' })
    expect(made.status).toBe(202)
    const changed = await ask('PATCH', `/api/v1/services/${made.body.id}`, { ram_mb: 128 })
    const stopped = await ask('POST', `/api/v1/services/${made.body.id}/actions/stop`)
    expect([changed.status, stopped.status]).toEqual([202, 202])

    const [stop, change, create] = await rowsOf({ object_id: String(made.body.id) })
    expect(create).toMatchObject({
      actor: { username: 'ana' },
      through: 'api-key',
      user_agent: 'curl/8',
      address: '127.0.0.1',
      action: 'createService',
      object_type: 'service',
      outcome: 'done',
      status: 202,
      before: null,
      after: { name: 'cuaderno', ram_mb: 64 },
      request_id: made.headers['x-request-id'],
    })
    expect(change).toMatchObject({ action: 'updateService', before: { ram_mb: 64 }, after: { ram_mb: 128 } })
    expect(stop).toMatchObject({ before: { power: 'running' }, after: { action: 'stop', power: 'stopped' } })
    expect(create?.team_id).toBe(change?.team_id)
    expect(create?.team_id).toMatch(/^team_/)
    expect(create?.through_id).not.toContain(key)
  })

  test('that was refused is written with why, and one that was not understood too', async () => {
    const { ask } = await world.newPerson('bea')
    await ask('POST', '/api/v1/services', { ...seed, name: 'cuaderno' })
    await ask('POST', '/api/v1/services', { ...seed, name: 'NOT A NAME' })
    await ask('POST', '/api/v1/services', 'not json', { 'content-type': 'application/json' })
    await ask('POST', '/api/v1/people', { username: 'eva' })
    const rows = await rowsOf({ actor: 'bea', outcome: 'refused' })
    expect(rows.map(({ action, status, error_code }) => [action, status, error_code])).toEqual([
      ['createPerson', 403, 'forbidden'],
      ['createService', 400, 'invalid'],
      ['createService', 422, 'invalid'],
      ['createService', 409, 'conflict'],
    ])
  })

  test('of what belongs to others is known to administrators, not to the others', async () => {
    const carla = await world.newPerson('carla')
    const dario = await world.newPerson('dario')
    const made = await carla.ask('POST', '/api/v1/services', { ...seed, name: 'de-carla' })
    expect((await dario.ask('DELETE', `/api/v1/services/${made.body.id}`)).status).toBe(404)
    const [row] = await rowsOf({ object_id: String(made.body.id), outcome: 'refused' })
    expect(row).toMatchObject({ actor: { username: 'dario' }, team_id: null, before: null })
  })

  test('leaves no row when nobody known asks for it', async () => {
    const before = (await rowsOf({})).length
    expect((await world.send({ method: 'POST', url: '/api/v1/services', payload: seed })).status).toBe(401)
    expect((await rowsOf({})).length).toBe(before)
  })

  test('of many small files is one row', async () => {
    const { ask } = await world.newPerson('elena')
    const { createHash } = await import('node:crypto')
    for (const content of ['one', 'two', 'three']) {
      const sha256 = createHash('sha256').update(content).digest('hex')
      const headers = { 'content-type': 'application/octet-stream' }
      expect((await ask('PUT', `/api/v1/blobs/${sha256}`, content, headers)).status).toBe(201)
    }
    const rows = await rowsOf({ actor: 'elena', action: 'putBlob' })
    expect(rows.map(({ object_type, outcome }) => [object_type, outcome])).toEqual([['content', 'done']])
  })

  test('holds no secret, wherever it was sent', async () => {
    const cookie = await world.signUp('fer@example.org', { username: 'fer' })
    const key = await world.createKey(cookie)
    await admin('POST', '/api/v1/people', { username: 'gil', email: 'gil@example.org', password: 'first password' })
    await world.fromPage(cookie)('POST', '/api/auth/change-password', {
      currentPassword: 'a good password',
      newPassword: 'second password',
    })
    const text = JSON.stringify(await rowsOf({}))
    for (const secret of [key, cookie.split('=')[1] ?? cookie, 'a good password', 'first password', 'second password'])
      expect(text).not.toContain(secret)
    expect((await rowsOf({ action: 'createPerson', outcome: 'done' }))[0]?.after).toMatchObject({ password: '***' })
  })
})

describe('what was before and is after', () => {
  const newTeam = async () => {
    const { ask } = await world.newPerson('olga')
    const pau = await world.newPerson('pau')
    const { body } = await ask('POST', '/api/v1/teams', { name: 'Taller' })
    const me = (await pau.ask('GET', '/api/v1/me')).body
    return { ask, id: String(body.id), pau: String(me.id) }
  }
  const changesOf = async (objectId: string) =>
    (await rowsOf({ object_id: objectId })).map(({ action, before, after }) => [action, before, after]).toReversed()

  test('is told of teams, their members and what they may have; people by their ids', async () => {
    const { ask, id, pau } = await newTeam()
    const team = `/api/v1/teams/${id}`
    await ask('PATCH', team, { name: 'Taller 2' })
    await ask('POST', `${team}/members`, { username: 'pau', role: 'viewer' })
    await ask('PATCH', `${team}/members/${pau}`, { role: 'developer' })
    await ask('DELETE', `${team}/members/${pau}`)
    await admin('PUT', `${team}/quota`, { overrides: { services: 3 } })
    expect((await ask('DELETE', team)).status).toBe(204)
    expect(await changesOf(id)).toMatchObject([
      ['createTeam', null, { name: 'Taller' }],
      ['updateTeam', { name: 'Taller' }, { name: 'Taller 2' }],
      ['addMember', { members: {} }, { members: { [pau]: 'viewer' } }],
      ['updateMember', { members: { [pau]: 'viewer' } }, { members: { [pau]: 'developer' } }],
      ['removeMember', { members: { [pau]: 'developer' } }, { person_id: pau }],
      ['setQuota', { overrides: {} }, { overrides: { services: 3 } }],
      ['deleteTeam', { name: 'Taller 2', overrides: { services: 3 } }, null],
    ])
    expect(JSON.stringify(await changesOf(id))).not.toContain('"pau"')
  })

  test('is told of plans, people, keys and invitations', async () => {
    const [standard] = await world.ports.quotas.listPlans()
    const { name: _, ...rest } = standard ?? { name: '' }
    const { limits, self_service } = rest as { limits: object; self_service: object }
    const plan = String((await admin('POST', '/api/v1/plans', { name: 'Taller', limits, self_service })).body.id)
    await admin('PATCH', `/api/v1/plans/${plan}`, { limits: { services: 7 } })
    await admin('DELETE', `/api/v1/plans/${plan}`)
    expect((await changesOf(plan)).slice(1)).toMatchObject([
      ['updatePlan', { limits: { services: 50 } }, { limits: { services: 7 } }],
      ['deletePlan', { name: 'Taller' }, null],
    ])

    const cookie = await world.signUp('rita@example.org', { username: 'rita' })
    const page = world.fromPage(cookie)
    const made = await page('POST', '/api/v1/keys', { name: 'portátil', scope: 'deploy' })
    await page('DELETE', `/api/v1/keys/${made.body.id}`)
    expect((await changesOf(String(made.body.id))).at(-1)).toMatchObject([
      'deleteKey',
      { name: 'portátil', scope: 'deploy' },
      null,
    ])

    const team_id = String((await page('POST', '/api/v1/teams', { name: 'Aula' })).body.id)
    const invited = await page('POST', '/api/v1/invitations', { team_id, role: 'viewer', email: 'sara@example.org' })
    await page('DELETE', `/api/v1/invitations/${invited.body.id}`)
    expect(await changesOf(String(invited.body.id))).toMatchObject([
      ['createInvitation', null, { role: 'viewer', email: '***' }],
      ['deleteInvitation', { role: 'viewer' }, null],
    ])

    const rita = await world.ports.people.findByUsername('rita')
    await admin('PATCH', `/api/v1/people/${rita?.id}`, { disabled: true })
    expect((await changesOf(String(rita?.id))).at(-1)).toMatchObject([
      'updatePerson',
      { disabled: false },
      { disabled: true },
    ])
  })
})

test('of an account that was erased the trail keeps the id alone, and still verifies', async () => {
  const username = 'tomas-erased'
  const email = `${username}@example.org`
  const { ask, cookie } = await world.newPerson(username)
  const { id } = (await ask('GET', '/api/v1/me')).body
  await ask('POST', '/api/v1/services', { ...seed, name: 'lo-mio', username })
  await world.send({ method: 'POST', url: '/api/auth/sign-in/email', payload: { email, password: 'a wrong one' } })
  const page = world.fromPage(cookie)
  await page('PATCH', '/api/v1/me', { name: `${username} Ruiz` })
  const team = (await (await world.newPerson('ursula')).ask('POST', '/api/v1/teams', { name: 'De Ursula' })).body
  await admin('POST', `/api/v1/teams/${team.id}/members`, { username, role: 'viewer' })
  expect((await rowsOf({ actor: username })).length).toBeGreaterThan(3)
  expect((await page('POST', '/api/v1/me/erase', { username, password: 'a good password' })).status).toBe(204)

  const rows = await rowsOf({ actor: String(id) })
  expect(rows.map(({ action }) => action)).toContain('eraseMe')
  expect(JSON.stringify(await rowsOf({}))).not.toContain(username)
  const stored = await world.database.db.selectFrom('audit').selectAll().execute()
  expect(JSON.stringify(stored)).not.toContain(username)
  const { text } = await admin('GET', '/api/v1/audit/verify')
  expect(JSON.parse(text.trim().split('\n').at(-1) ?? '')).toMatchObject({ is_complete: true, problem: null })
})

describe('sign-in', () => {
  const attempt = (email: string, password: string) =>
    world.send({ method: 'POST', url: '/api/auth/sign-in/email', payload: { email, password } })

  test('is written whether it worked or not, and so is its end', async () => {
    const cookie = await world.signUp('hugo@example.org', { username: 'hugo' })
    await attempt('hugo@example.org', 'a wrong password')
    const back = await world.signIn('hugo@example.org', 'a good password')
    expect((await world.fromPage(back)('POST', '/api/auth/sign-out')).status).toBe(200)
    await world.fromPage(cookie)('POST', '/api/auth/change-password', {
      currentPassword: 'a good password',
      newPassword: 'a better password',
    })
    const hugo = await world.ports.people.findByUsername('hugo')
    const rows = (await rowsOf({})).filter(
      ({ actor, object_id }) => actor?.username === 'hugo' || object_id === hugo?.id,
    )
    expect(rows.map(({ action, outcome, status, through }) => [action, outcome, status, through])).toEqual([
      ['change-password', 'done', 200, 'session'],
      ['sign-out', 'done', 200, 'session'],
      ['sign-in.email', 'done', 200, 'session'],
      ['sign-in.email', 'refused', 401, 'nobody'],
      ['sign-up.email', 'done', 200, 'session'],
    ])
  })

  test('keeps what was typed as an address only when it is one', async () => {
    await attempt('my secret password', 'x')
    const rows = await rowsOf({ action: 'sign-in.email', outcome: 'refused' })
    expect(JSON.stringify(rows)).not.toContain('my secret password')
  })

  test('with an API key is written once, when it is used for the first time', async () => {
    const { ask } = await world.newPerson('ines')
    for (const url of ['/api/v1/me', '/api/v1/services', '/api/v1/me']) await ask('GET', url)
    const rows = await rowsOf({ actor: 'ines', action: 'api-key.first-use' })
    expect(rows).toHaveLength(1)
    expect(rows[0]?.object_id).toBe(rows[0]?.through_id)
  })
})

describe('the trail', () => {
  test("is for administrators, and a team's for its owners", async () => {
    const { ask } = await world.newPerson('julia')
    const other = await world.newPerson('karim')
    await ask('POST', '/api/v1/services', { ...seed, name: 'de-julia' })
    const { team_id } = (await ask('GET', '/api/v1/me')).body
    for (const url of ['/api/v1/audit', '/api/v1/audit/export', '/api/v1/audit/verify'])
      expect((await ask('GET', url)).status, url).toBe(403)
    const own = await ask('GET', `/api/v1/teams/${team_id}/audit?action=createService`)
    expect(own.status).toBe(200)
    expect((own.body.items as AuditAnswer[]).map(({ actor }) => actor?.username)).toEqual(['julia'])
    expect((await other.ask('GET', `/api/v1/teams/${team_id}/audit`)).status).toBe(404)
    const all = (await ask('GET', `/api/v1/teams/${team_id}/audit?limit=200`)).body.items as AuditAnswer[]
    expect(all.every(row => row.team_id === team_id)).toBe(true)
  })

  test('is read page by page, and refuses filters that it does not know', async () => {
    const first = await admin('GET', '/api/v1/audit?limit=2')
    const second = await admin('GET', `/api/v1/audit?limit=2&cursor=${first.body.next}`)
    const seqs = [first, second].flatMap(({ body }) => (body.items as AuditAnswer[]).map(({ seq }) => seq))
    expect(seqs).toEqual(seqs.toSorted((one, other) => other - one))
    expect(new Set(seqs).size).toBe(4)
    expect((await admin('GET', '/api/v1/audit?cursor=bad')).status).toBe(422)
    expect((await admin('GET', '/api/v1/audit?from=yesterday')).status).toBe(422)
  })

  test('is a file for a spreadsheet, which runs nothing of it', async () => {
    const { ask } = await world.newPerson('luis')
    await ask('POST', '/api/v1/services', { ...seed, name: 'de-luis' }, { 'user-agent': '=1+1' })
    const { status, text, headers } = await admin('GET', '/api/v1/audit/export?actor=luis')
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      200,
      'text/csv',
      'attachment; filename="audit.csv"',
    ])
    expect(text).toContain(",'=1+1,")
  })

  test('verifies', async () => {
    const { text, headers } = await admin('GET', '/api/v1/audit/verify')
    expect(headers['content-type']).toBe('application/x-ndjson')
    const result = JSON.parse(text.trim().split('\n').at(-1) ?? '')
    expect(result).toMatchObject({ is_complete: true, problem: null })
    expect(result.rows).toBeGreaterThan(10)
  })
})

test('a browser that another page made ask is written down as refused', async () => {
  const cookie = await world.signUp('nora@example.org', { username: 'nora' })
  const headers = { cookie, origin: 'https://evil.example' }
  const { status } = await world.send({ method: 'POST', url: '/api/v1/services', headers, payload: seed })
  expect(status).toBe(403)
  expect((await rowsOf({ actor: 'nora', action: 'createService' }))[0]).toMatchObject({
    outcome: 'refused',
    after: null,
  })
})

test('nothing is changed while the trail cannot be written, and what it missed is written first', async () => {
  const failing = { isDown: false }
  const other = await startInstallation(server)
  const { append } = other.ports.audit
  other.ports.audit.append = entries =>
    failing.isDown ? Promise.reject(new Error('the disk is full')) : append(entries)
  const { ask } = await other.newPerson('mar')
  const create = (name: string) => ask('POST', '/api/v1/services', { ...seed, name })
  expect((await create('first')).status).toBe(202)

  failing.isDown = true
  const unwritten = await create('second')
  expect([unwritten.status, unwritten.body.error.details.reason]).toEqual([503, 'audit_unavailable'])
  const refused = await create('third')
  expect([refused.status, refused.body.error.details.reason]).toEqual([503, 'audit_unavailable'])
  const names = ((await ask('GET', '/api/v1/services')).body.items as { name: string }[]).map(({ name }) => name)
  expect(names).toEqual(['second', 'first'])

  failing.isDown = false
  expect((await create('fourth')).status).toBe(202)
  const { items } = await other.ports.audit.list(
    'every-team',
    { action: 'createService' },
    { limit: 9, cursor: undefined },
  )
  expect(items.map(({ after, outcome }) => [after?.name, outcome])).toEqual([
    ['fourth', 'done'],
    ['second', 'done'],
    ['first', 'done'],
  ])
  await other.close()
})
