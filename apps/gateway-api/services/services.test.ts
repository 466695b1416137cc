import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

let gateway: TestGateway
let admin: Awaited<ReturnType<TestGateway['newPerson']>>['ask']

beforeAll(async () => {
  gateway = await startTestGateway()
  admin = gateway.as(await gateway.createKey(await gateway.signIn('admin@example.org', 'correct horse battery')))
})
afterAll(() => gateway.app.close())

/** The seed's own example. */
const seed = {
  user_id: '12345',
  username: 'usuario_ejemplo',
  service_type: 'docker',
  service_format: 'web',
  storage_gb: 10,
  ram_mb: 512,
  additional_requirements: {},
}

const plain = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 128 }

describe('the JSON of the seed', () => {
  test('is accepted from an administrator, and makes the student known', async () => {
    const { status, body } = await admin('POST', '/api/v1/services', seed)
    expect(status).toBe(202)
    expect(body).toMatchObject({
      name: 'usuario-ejemplo',
      user_id: '12345',
      username: 'usuario_ejemplo',
      storage_gb: 10,
      ram_mb: 512,
      status: 'queued',
      url: 'https://usuario-ejemplo.apps.localhost:8443',
    })
    const person = await gateway.people.findByUsername('usuario_ejemplo')
    expect(person).toMatchObject({ external_id: '12345', email: null, is_administrator: false })
  })

  test('sent again gets the next free name', async () => {
    const { body } = await admin('POST', '/api/v1/services', seed)
    expect(body.name).toBe('usuario-ejemplo-2')
  })

  test('is accepted from the person whom it names', async () => {
    await admin('POST', '/api/v1/people', {
      user_id: '777',
      username: 'eva',
      email: 'eva@example.org',
      password: 'a long password',
    })
    const eva = gateway.as(await gateway.createKey(await gateway.signIn('eva@example.org', 'a long password')))
    const { status, body } = await eva('POST', '/api/v1/services', { ...seed, user_id: '777', username: 'eva' })
    expect(status).toBe(202)
    expect(body).toMatchObject({ user_id: '777', username: 'eva' })
  })

  test('is refused from anybody else, without a word about whether that person exists', async () => {
    const { ask } = await gateway.newPerson('mallory')
    const known = await ask('POST', '/api/v1/services', seed)
    const unknown = await ask('POST', '/api/v1/services', { ...seed, user_id: '99999', username: 'nobody' })
    expect(known.status).toBe(403)
    expect(known.body.error.message).toBe(unknown.body.error.message)
  })

  test('whose id and username are of two people is refused by field', async () => {
    const { status, body } = await admin('POST', '/api/v1/services', { ...seed, username: 'eva' })
    expect(status).toBe(422)
    expect(Object.keys(body.error.fields)).toEqual(['username'])
  })
})

describe('bad requests name the field', () => {
  test.each([
    [{ ...plain, storage_gb: undefined }, 'storage_gb'],
    [{ ...plain, storage_gb: 0 }, 'storage_gb'],
    [{ ...plain, storage_gb: '10' }, 'storage_gb'],
    [{ ...plain, storage_gb: 101 }, 'storage_gb'],
    [{ ...plain, ram_mb: -1 }, 'ram_mb'],
    [{ ...plain, ram_mb: 32 }, 'ram_mb'],
    [{ ...plain, ram_mb: 1e12 }, 'ram_mb'],
    [{ ...plain, cpus: 0 }, 'cpus'],
    [{ ...plain, name: 'www' }, 'name'],
    [{ ...plain, name: 'Mi Sitio' }, 'name'],
    [{ ...plain, name: '$(reboot)' }, 'name'],
    [{ ...plain, service_type: 'pizza' }, 'service_type'],
    [{ ...plain, service_type: 'vm' }, 'service_type'],
    [{ ...plain, service_format: 'nope' }, 'service_format'],
    [{ ...plain, storage: 1 }, 'storage'],
    [{ ...plain, additional_requirements: [] }, 'additional_requirements'],
    [{ ...plain, additional_requirements: { colour: 'red' } }, 'additional_requirements.colour'],
    [{ ...plain, additional_requirements: { upload_id: 7 } }, 'additional_requirements.upload_id'],
  ])('%j -> %s', async (document, field) => {
    const { status, body } = await admin('POST', '/api/v1/services', document)
    expect(status).toBe(422)
    expect(body.error.code).toBe('invalid')
    expect(Object.keys(body.error.fields)).toEqual([field])
    expect(body.error.message).toContain(`${field}: `)
    expect(body.error.request_id).toMatch(/^req_/)
  })

  test('what is not JSON is 400', async () => {
    const { status, body } = await admin('POST', '/api/v1/services', '{"a":', { 'content-type': 'application/json' })
    expect([status, body.error.code]).toEqual([400, 'invalid'])
  })

  test('another type of body is 400, and none at all, too', async () => {
    const form = await admin('POST', '/api/v1/services', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(form.status).toBe(400)
    expect((await admin('POST', '/api/v1/services')).status).toBe(400)
  })

  test('no body under a JSON type is fine where none is expected', async () => {
    const json = { 'content-type': 'application/json' }
    expect((await admin('POST', '/api/v1/services', '', json)).status).toBe(400)
    expect((await admin('DELETE', '/api/v1/services/svc_nothing', '', json)).status).toBe(404)
  })

  test('a body beyond a mebibyte is 413', async () => {
    const { status, body } = await admin('POST', '/api/v1/services', { ...plain, name: 'x'.repeat(1_100_000) })
    expect([status, body.error.code]).toEqual([413, 'too_large'])
  })
})

describe('a service', () => {
  test('with a taken name is 409 with a free suggestion', async () => {
    await admin('POST', '/api/v1/services', { ...plain, name: 'taken' })
    const { status, body } = await admin('POST', '/api/v1/services', { ...plain, name: 'taken' })
    expect(status).toBe(409)
    expect(body.error.details).toMatchObject({ reason: 'name_taken', suggestion: 'taken-2' })
  })

  test('asked for twice with one Idempotency-Key exists once; another request under that key is a conflict', async () => {
    const { ask } = await gateway.newPerson('ida')
    const key = { 'idempotency-key': 'k1' }
    const first = await ask('POST', '/api/v1/services', plain, key)
    const again = await ask('POST', '/api/v1/services', plain, key)
    expect(again.body.id).toBe(first.body.id)
    expect((await ask('POST', '/api/v1/services', { ...plain, ram_mb: 256 }, key)).status).toBe(409)
    expect((await ask('GET', '/api/v1/services')).body.items).toHaveLength(1)
  })

  test('of another team is not there', async () => {
    const [owner, other] = [await gateway.newPerson('owner'), await gateway.newPerson('other')]
    const { body } = await owner.ask('POST', '/api/v1/services', plain)
    const id = String(body.id)
    for (const [method, path, payload] of [
      ['GET', ''],
      ['PATCH', '', { ram_mb: 256 }],
      ['DELETE', ''],
      ['GET', '/events'],
      ['GET', '/releases'],
      ['POST', '/releases', { upload_id: 'up_x' }],
      ['POST', '/rollback', { release_id: 'rel_x' }],
      ['POST', '/actions/stop'],
      ['GET', '/logs'],
    ] as const) {
      const { status } = await other.ask(method, `/api/v1/services/${id}${path}`, payload)
      expect([path, status]).toEqual([path, 404])
    }
    expect((await other.ask('GET', '/api/v1/services')).body.items).toEqual([])
    expect((await owner.ask('GET', `/api/v1/services/${id}`)).status).toBe(200)
  })

  test('can be changed, stopped, started and deleted', async () => {
    const { ask } = await gateway.newPerson('cleo')
    const { body } = await ask('POST', '/api/v1/services', plain)
    const path = `/api/v1/services/${body.id}`
    expect((await ask('PATCH', path, { ram_mb: 256 })).body).toMatchObject({ ram_mb: 256, generation: 2 })
    expect((await ask('PATCH', path, {})).status).toBe(422)
    expect((await ask('PATCH', path, { name: 'other' })).body.error.fields).toHaveProperty('name')
    expect((await ask('POST', `${path}/actions/stop`)).status).toBe(202)
    expect((await ask('POST', `${path}/actions/dance`)).status).toBe(422)
    expect((await ask('DELETE', `${path}?purge=true`)).status).toBe(202)
    expect((await ask('POST', `${path}/actions/start`)).status).toBe(409)
  })
})

describe('a name', () => {
  test.each([
    ['libre', { available: true, reason: null, url: 'https://libre.apps.localhost:8443' }],
    ['taken', { available: false, reason: 'is taken', suggestion: 'taken-2' }],
    ['Mi%20Sitio', { available: false, url: null, suggestion: 'mi-sitio' }],
    ['www', { available: false, suggestion: null }],
  ])('%s is looked up', async (name, expected) => {
    const { status, body } = await admin('GET', `/api/v1/names/${name}`)
    expect(status).toBe(200)
    expect(body).toMatchObject(expected)
  })

  test('that is kept back for the team that had it says until when', async () => {
    const { desired } = gateway.ports
    const { suggestName } = desired
    desired.suggestName = async name => ({ taken: true, suggestion: `${name}-2`, kept_until: new Date('2026-12-24') })
    try {
      const { body } = await admin('GET', '/api/v1/names/colgado')
      expect(body).toMatchObject({
        available: false,
        reason: "was another team's until lately and is kept back until 2026-12-24",
        suggestion: 'colgado-2',
      })
    } finally {
      desired.suggestName = suggestName
    }
  })
})
