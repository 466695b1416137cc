import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { origin } from '../testing/test-client.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'

let server: TestServer
let platform: TestInstallation
let admin: ReturnType<TestInstallation['fromPage']>
let adminId: string

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  platform = await startInstallation(server)
  admin = platform.fromPage(await platform.signIn(administrator.email, administrator.password))
  adminId = String((await admin('GET', '/api/v1/me')).body.id)
})
afterEach(() => platform.close())

const newPerson = async (username: string) => {
  const cookie = await platform.signUp(`${username}@example.org`, { username })
  const id = String((await platform.fromPage(cookie)('GET', '/api/v1/me')).body.id)
  return { id, cookie, page: platform.fromPage(cookie), key: await platform.createKey(cookie) }
}
const change = (id: string, what: object, as = admin) => as('PATCH', `/api/v1/people/${id}`, what)

describe('an administrator', () => {
  test.each([{ disabled: true }, { is_administrator: false }])(
    'who is the last one cannot be left out by %j',
    async what => {
      await newPerson('ana')
      const { status, body } = await change(adminId, what)
      expect([status, body.error.details.reason]).toEqual([409, 'last_administrator'])
      expect((await admin('GET', '/api/v1/people')).status).toBe(200)
    },
  )

  test('who cannot sign in does not count as another one', async () => {
    const { body } = await admin('POST', '/api/v1/people', { username: 'noted' })
    expect((await change(String(body.id), { is_administrator: true })).status).toBe(200)
    expect((await change(adminId, { is_administrator: false })).status).toBe(409)
  })

  test('remains when two leave each other out at once', async () => {
    const ana = await newPerson('ana')
    await change(ana.id, { is_administrator: true })
    const answers = await Promise.all([
      change(adminId, { disabled: true }, ana.page),
      change(ana.id, { disabled: true }),
    ])
    const { items } = await platform.ports.people.listPeople({ limit: 10, cursor: undefined })
    expect(items.filter(person => person.is_administrator && !person.disabled_at)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('lists everybody, page by page, and nobody else does', async () => {
    const people = [await newPerson('ana'), await newPerson('eva')]
    const first = (await admin('GET', '/api/v1/people?limit=2')).body as unknown as {
      items: { username: string }[]
      next: string
    }
    const rest = (await admin('GET', `/api/v1/people?limit=2&cursor=${first.next}`)).body as unknown as typeof first
    expect([...first.items, ...rest.items].map(({ username }) => username)).toEqual(['admin', 'ana', 'eva'])
    expect(rest.next).toBeNull()
    expect((await admin('GET', '/api/v1/people?cursor=nonsense')).status).toBe(422)
    for (const { page, id } of people) {
      expect((await page('GET', '/api/v1/people')).status).toBe(403)
      expect((await change(id, { is_administrator: true }, page)).status).toBe(403)
      expect((await page('POST', `/api/v1/people/${adminId}/reset-link`, {})).status).toBe(403)
    }
  })
})

describe('somebody who is disabled', () => {
  test('is out at once, by session and by key, cannot sign in, and is as before when enabled again', async () => {
    const ana = await newPerson('ana')
    const status = async () => [
      (await ana.page('GET', '/api/v1/me')).status,
      (await platform.as(ana.key)('GET', '/api/v1/me')).status,
    ]
    expect(await status()).toEqual([200, 200])
    expect((await change(ana.id, { disabled: true })).body).toMatchObject({ disabled: true, can_sign_in: false })
    expect(await status()).toEqual([401, 401])
    const refused = await platform.send({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      payload: { email: 'ana@example.org', password: 'a good password' },
    })
    expect([refused.status, refused.body.code]).toEqual([403, 'ACCOUNT_DISABLED'])
    expect((await change(ana.id, { disabled: false })).body.can_sign_in).toBe(true)
    expect(await platform.signIn('ana@example.org', 'a good password')).not.toBe('')
    expect((await status())[1]).toBe(200)
  })
})

describe('a link for a new password', () => {
  const post = (token: string) =>
    platform.send({
      method: 'POST',
      url: '/api/auth/reset-password',
      headers: { origin },
      payload: { token, newPassword: 'a better password' },
    })

  test('is handed out where no mail is sent, and works once', async () => {
    const ana = await newPerson('ana')
    const { status, body } = await admin('POST', `/api/v1/people/${ana.id}/reset-link`, {})
    expect(status).toBe(201)
    const link = new URL(String(body.link))
    expect([link.origin, link.pathname, link.search]).toEqual([origin, '/reset-password', ''])
    const token = link.hash.slice('#token='.length)
    expect([(await post(token)).status, (await post(token)).status]).toEqual([200, 400])
    expect((await ana.page('GET', '/api/v1/me')).status).toBe(401)
    expect(await platform.signIn('ana@example.org', 'a better password')).not.toBe('')
  })

  test('is for people who can sign in, and not made by a key', async () => {
    const { body } = await admin('POST', '/api/v1/people', { username: 'noted' })
    const refused = await admin('POST', `/api/v1/people/${body.id}/reset-link`, {})
    expect([refused.status, refused.body.error.details.reason]).toEqual([409, 'no_account'])
    expect((await admin('POST', '/api/v1/people/usr_nobody/reset-link', {})).status).toBe(404)
    const key = platform.as(
      await platform.createKey(await platform.signIn(administrator.email, administrator.password)),
    )
    expect((await key('POST', `/api/v1/people/${adminId}/reset-link`, {})).status).toBe(403)
  })

  test('is asked for by mail in vain where there is none, and says so', async () => {
    const { status, body } = await platform.send({
      method: 'POST',
      url: '/api/auth/request-password-reset',
      payload: { email: administrator.email },
    })
    expect([status, body.code]).toEqual([400, 'RESET_PASSWORD_DISABLED'])
  })
})
