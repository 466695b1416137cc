import { AppError } from '@parcela/contract'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { afterEach, describe, expect, test } from 'vitest'
import { origin } from '../testing/test-client.ts'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

let gateway: TestGateway
afterEach(() => gateway.app.close())

const plain = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 128 }

describe('signing up', () => {
  test('makes a person with a team, whose username comes from the address', async () => {
    gateway = await startTestGateway()
    const cookie = await gateway.signUp('Ana.Ruiz+x@example.org')
    const { status, body } = await gateway.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ username: 'ana.ruiz-x', email: 'ana.ruiz+x@example.org', is_administrator: false })
    expect(body.user_id).toBe(body.id)
    expect(body.platform).toMatchObject({ url_template: 'https://{name}.apps.localhost:8443' })
  })

  test('may ask for a username; one that is taken or cannot be is refused and leaves no account', async () => {
    gateway = await startTestGateway()
    await gateway.signUp('a@example.org', { username: 'ana' })
    expect(await gateway.people.findByUsername('ana')).toBeDefined()
    for (const username of ['ana', 'No Good', '../x']) {
      const answer = await gateway.send({
        method: 'POST',
        url: '/api/auth/sign-up/email',
        payload: { email: 'b@example.org', name: 'B', password: 'a good password', username },
      })
      expect(answer.status).toBe(422)
      expect(answer.text).toContain('username')
    }
    expect(await gateway.signIn('b@example.org', 'a good password')).toBe('')
  })

  test('cut off before the person was made is finished at the first request', async () => {
    gateway = await startTestGateway({})
    const { people } = gateway
    const { createPerson } = people
    people.createPerson = async () => {
      throw new Error('the process died here')
    }
    await gateway.signUp('late@example.org')
    people.createPerson = createPerson
    const cookie = await gateway.signIn('late@example.org', 'a good password')
    const { body } = await gateway.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })
    expect(body.username).toBe('late')
  })

  test('with the address that an administrator noted for somebody does not become that somebody', async () => {
    gateway = await startTestGateway()
    const noted = await gateway.people.createPerson({
      external_id: '1',
      username: 'eva',
      email: 'eva@example.org',
      name: 'Eva',
      is_administrator: false,
      account_id: null,
    })
    const cookie = await gateway.signUp('eva@example.org')
    const { body } = await gateway.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })
    expect(body.id).not.toBe(noted.id)
    expect(body).toMatchObject({ email: null, username: 'eva-2' })
  })

  test.each(['closed', 'invite'] as const)('is refused when it is %s', async signUp => {
    gateway = await startTestGateway({ settings: { signUp } })
    const answer = await gateway.send({
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { email: 'a@example.org', name: 'A', password: 'a good password' },
    })
    expect([answer.status, answer.body.code]).toEqual([403, 'SIGN_UP_CLOSED'])
  })

  test('with a short password is refused', async () => {
    gateway = await startTestGateway()
    expect(await gateway.signUp('a@example.org', { password: 'short' })).toBe('')
  })
})

describe('sessions', () => {
  test('are kept in a cookie that scripts, other sites and other hosts cannot use', async () => {
    gateway = await startTestGateway()
    const answer = await gateway.send({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      payload: { email: 'admin@example.org', password: 'correct horse battery' },
    })
    const [cookie] = [answer.headers['set-cookie']].flat().map(String)
    expect(cookie).toMatch(/^__Host-parcela\.session_token=/)
    for (const part of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part)
    expect(cookie).not.toContain('Domain')
  })

  test('write only from the page itself', async () => {
    gateway = await startTestGateway()
    const cookie = await gateway.signUp('a@example.org')
    const post = (headers: Record<string, string>) =>
      gateway.send({ method: 'POST', url: '/api/v1/services', payload: plain, headers: { cookie, ...headers } })
    expect((await post({})).status).toBe(403)
    expect((await post({ origin: 'https://evil.apps.localhost:8443' })).status).toBe(403)
    expect((await post({ origin: 'null' })).status).toBe(403)
    expect((await post({ origin })).status).toBe(202)
  })

  test('end at sign-out', async () => {
    gateway = await startTestGateway()
    const cookie = await gateway.signUp('a@example.org')
    const out = await gateway.send({ method: 'POST', url: '/api/auth/sign-out', headers: { cookie, origin } })
    expect(out.status).toBe(200)
    expect((await gateway.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(401)
  })

  test('are refused to a wrong password', async () => {
    gateway = await startTestGateway()
    expect(await gateway.signIn('admin@example.org', 'wrong wrong wrong')).toBe('')
    expect(await gateway.signIn('nobody@example.org', 'wrong wrong wrong')).toBe('')
  })
})

describe('API keys', () => {
  test('are made with a session, act for its person, and stop when they are deleted', async () => {
    gateway = await startTestGateway()
    const { cookie, key, ask } = await gateway.newPerson('ana')
    expect(key).toMatch(/^parcela_/)
    expect((await ask('GET', '/api/v1/me')).body.username).toBe('ana')

    const list = await gateway.send({ method: 'GET', url: '/api/v1/keys', headers: { cookie } })
    expect(list.text).not.toContain(key)
    const { items } = JSON.parse(list.text) as { items: { id: string }[] }
    const gone = await gateway.send({
      method: 'DELETE',
      url: `/api/v1/keys/${items[0]?.id}`,
      headers: { cookie, origin },
    })
    expect(gone.status).toBe(204)
    expect((await ask('GET', '/api/v1/me')).status).toBe(401)
  })

  test('answer far more than ten requests a day', async () => {
    gateway = await startTestGateway()
    const { ask } = await gateway.newPerson('ana')
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('GET', '/api/v1/me')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })

  test('are limited per person, with Retry-After', async () => {
    gateway = await startTestGateway()
    const [ana, eva] = [await gateway.newPerson('ana'), await gateway.newPerson('eva')]
    let busy = await ana.ask('GET', '/api/v1/me')
    for (let count = 0; count < 700 && busy.status === 200; count++) busy = await ana.ask('GET', '/api/v1/me')
    expect([busy.status, busy.body.error.code]).toEqual([429, 'busy'])
    expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0)
    expect((await eva.ask('GET', '/api/v1/me')).status).toBe(200)
  })

  test.each([
    'Bearer nonsense',
    `Bearer parcela_${'x'.repeat(64)}`,
    'Basic YTpi',
    'Bearer',
    `Bearer ${'x'.repeat(600)}`,
  ])('%s is nobody', async authorization => {
    gateway = await startTestGateway()
    const { status, body, headers } = await gateway.send({
      method: 'GET',
      url: '/api/v1/me',
      headers: { authorization },
    })
    expect([status, body.error.code]).toEqual([401, 'unauthenticated'])
    expect(headers['www-authenticate']).toContain('Bearer')
  })

  test('cannot be guessed without end', async () => {
    gateway = await startTestGateway()
    const attempt = (key: string) => gateway.as(key)('GET', '/api/v1/me')
    for (let count = 0; count < 61; count++) await attempt(`parcela_${count}`)
    expect((await attempt('parcela_again')).status).toBe(429)
  })
})

test('an outage of the database is unavailable, not a wrong key, session or password', async () => {
  const tables: Record<string, object[]> = { user: [], session: [], account: [], verification: [], apikey: [] }
  gateway = await startTestGateway({ ports: { identity: memoryAdapter(tables) } })
  const { cookie, key } = await gateway.newPerson('ana')
  for (const name of Object.keys(tables)) delete tables[name]
  gateway.people.findByAccount = () => Promise.reject(new AppError('unavailable', 'The database did not answer.'))
  const me = { method: 'GET', url: '/api/v1/me' } as const
  const credentials = { email: 'ana@example.org', password: 'a good password' }
  const answers = [
    await gateway.send({ ...me, headers: { authorization: `Bearer ${key}` } }),
    await gateway.send({ ...me, headers: { cookie } }),
    await gateway.send({ method: 'POST', url: '/api/auth/sign-in/email', payload: credentials }),
  ]
  for (const { status, body } of answers) expect([status, body.error.code]).toEqual([503, 'unavailable'])
})

describe('the first administrator', () => {
  test('is made once; the password is generated unless it is given', async () => {
    gateway = await startTestGateway()
    expect(gateway.administrator).toEqual({ email: 'admin@example.org', password: 'correct horse battery' })
    expect(gateway.people.all().filter(person => person.is_administrator)).toHaveLength(1)
    const cookie = await gateway.signIn('admin@example.org', 'correct horse battery')
    expect((await gateway.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).body).toMatchObject({
      username: 'admin',
      is_administrator: true,
    })
  })

  test('is finished when the first attempt was cut off after the account', async () => {
    gateway = await startTestGateway({})
    const { ensureFirstAdministrator } = await import('./ensure-first-administrator.ts')
    const { createFakePeople } = await import('../../../test/fakes/fake-people.ts')
    const fresh = { ...gateway.ports, people: createFakePeople(gateway.clock), email: 'root@example.org' }
    const broken = {
      ...fresh,
      people: { ...fresh.people, createPerson: () => Promise.reject(new Error('the process died here')) },
    }
    await expect(ensureFirstAdministrator(broken)).rejects.toThrow('died')
    const { password } = await ensureFirstAdministrator(fresh)
    expect(password).toHaveLength(20)
    expect(await gateway.signIn('root@example.org', password ?? '')).not.toBe('')
    expect(await ensureFirstAdministrator(fresh)).toEqual({ email: 'root@example.org', password: null })
  })
})

describe('people', () => {
  test('are made known by administrators only', async () => {
    gateway = await startTestGateway()
    const { ask } = await gateway.newPerson('ana')
    expect((await ask('POST', '/api/v1/people', { username: 'eva' })).status).toBe(403)
    const admin = gateway.as(
      await gateway.createKey(await gateway.signIn('admin@example.org', 'correct horse battery')),
    )
    expect((await admin('POST', '/api/v1/people', { username: 'eva', user_id: '9' })).body).toMatchObject({
      user_id: '9',
    })
    const again = await admin('POST', '/api/v1/people', { username: 'eva', user_id: '9' })
    expect([again.status, Object.keys(again.body.error.fields)]).toEqual([409, ['username', 'user_id']])
  })
})
