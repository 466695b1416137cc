import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { cookieOf, origin } from '../testing/test-client.ts'
import { startInstallation, type TestInstallation } from '../testing/test-installation.ts'

let server: TestServer
let platform: TestInstallation

beforeAll(async () => {
  server = await startTestServer()
  platform = await startInstallation(server)
})
afterAll(async () => {
  await platform.close()
  await server.stop()
})

const password = 'a good password'
const tryPassword = (email: string, tried: string, address = '192.0.2.1') =>
  platform.send({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    payload: { email, password: tried },
    headers: { 'x-forwarded-for': address },
  })
const readMe = (cookie: string) => platform.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })

type Session = { id: string; is_current: boolean; user_agent: string | null }
const listSessions = async (cookie: string) =>
  ((await platform.fromPage(cookie)('GET', '/api/v1/sessions')).body as unknown as { items: Session[] }).items

describe('an e-mail address', () => {
  test('is one account however it is spelled', async () => {
    await platform.signUp('Zoe@Example.org')
    expect(await platform.signIn('zOE@example.ORG', password)).not.toBe('')
    const again = await platform.send({
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { email: 'ZOE@example.org', name: 'Z', password },
    })
    expect([again.status, again.body.code]).toEqual([422, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'])
  })

  test.each([
    'аdmin@example.org',
    '\u212Aarl@example.org',
    'ａdmin@example.org',
    'admin@example.org\u200B',
    'a@xn.ехample',
  ])('that looks like another (%s) is refused at sign-up and leaves nothing', async email => {
    const { status, text } = await platform.send({
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { email, name: 'X', password },
    })
    expect([status, text.includes('ASCII')]).toEqual([422, true])
    const found = await platform.identity.db.selectFrom('user').select('id').where('name', '=', 'X').execute()
    expect(found).toEqual([])
  })
})

describe('guessing a password', () => {
  test('costs a growing wait, which does not tell whether there is such an account', async () => {
    await platform.signUp('gina@example.org')
    const waits = async (email: string) => {
      const seen: unknown[] = []
      for (let count = 0; count < 9; count++) {
        const { status, body, headers, text } = await tryPassword(email, 'wrong wrong wrong')
        seen.push([status, headers['retry-after'], status === 401 ? text : body.error.message])
        platform.passTime(status === 429 ? Number(headers['retry-after']) * 1000 : 0)
      }
      return seen
    }
    const known = await waits('gina@example.org')
    expect(await waits('nobody@example.org')).toEqual(known)
    expect(known.filter(one => (one as unknown[])[0] === 429).map(one => (one as unknown[])[1])).toEqual(['1', '2'])
    expect((await tryPassword('gina@example.org', password, '192.0.2.7')).status).toBe(200)
  })
})

describe('a session', () => {
  test('is a new one at every sign-in, whatever cookie was planted before', async () => {
    await platform.signUp('fix@example.org')
    const stranger = await platform.signUp('stranger@example.org')
    for (const planted of ['__Host-parcela.session_token=planted.by-somebody', stranger]) {
      const answer = await platform.send({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email: 'fix@example.org', password },
        headers: { cookie: planted, origin },
      })
      const cookie = cookieOf(answer)
      expect(cookie).not.toBe('')
      expect(cookie).not.toContain(planted.split('=')[1])
      expect((await readMe(cookie)).body.email).toBe('fix@example.org')
    }
    expect((await readMe(stranger)).body.email).toBe('stranger@example.org')
    expect((await readMe('__Host-parcela.session_token=planted.by-somebody')).status).toBe(401)
  })

  test('is listed without what it is proved with, and ends at once when it is revoked', async () => {
    const first = await platform.signUp('lia@example.org')
    const second = await platform.signIn('lia@example.org', password)
    const listed = await listSessions(second)
    expect(listed).toHaveLength(2)
    expect(listed.filter(session => session.is_current)).toHaveLength(1)
    for (const cookie of [first, second]) {
      expect(JSON.stringify(listed)).not.toContain(decodeURIComponent(cookie).split('=')[1]?.split('.')[0])
    }
    const other = listed.find(session => !session.is_current)
    const page = platform.fromPage(second)
    expect((await page('DELETE', `/api/v1/sessions/${other?.id}`)).status).toBe(204)
    expect([(await readMe(first)).status, (await readMe(second)).status]).toEqual([401, 200])
    expect((await page('DELETE', `/api/v1/sessions/${other?.id}`)).status).toBe(404)
  })

  test('ends all the others of its person, and nobody else’s', async () => {
    const mine = await platform.signUp('max@example.org')
    const others = [
      await platform.signIn('max@example.org', password),
      await platform.signIn('max@example.org', password),
    ]
    const foreign = await platform.signUp('foreign@example.org')
    expect((await platform.fromPage(mine)('DELETE', '/api/v1/sessions')).status).toBe(204)
    for (const cookie of others) expect((await readMe(cookie)).status).toBe(401)
    expect([(await readMe(mine)).status, (await readMe(foreign)).status]).toEqual([200, 200])
    const [foreignSession] = await listSessions(foreign)
    expect((await platform.fromPage(mine)('DELETE', `/api/v1/sessions/${foreignSession?.id}`)).status).toBe(404)
  })
})

describe('a profile', () => {
  test('has a name and a language, and keeps what is left out', async () => {
    const page = platform.fromPage(await platform.signUp('pia@example.org'))
    expect((await page('PATCH', '/api/v1/me', { name: ' Pía ' })).body).toMatchObject({ name: 'Pía', language: null })
    expect((await page('PATCH', '/api/v1/me', { language: 'es' })).body).toMatchObject({ name: 'Pía', language: 'es' })
    expect((await page('PATCH', '/api/v1/me', {})).body).toMatchObject({ name: 'Pía', language: 'es' })
    for (const wrong of [{ name: ' ' }, { language: 'fr' }, { is_administrator: true }, { email: 'x@example.org' }]) {
      const { status, body } = await page('PATCH', '/api/v1/me', wrong)
      expect([status, Object.keys(body.error.fields)]).toEqual([422, Object.keys(wrong)])
    }
  })
})

test.each([
  ['POST', '/update-user'],
  ['POST', '/delete-user'],
  ['POST', '/change-email'],
  ['POST', '/set-password'],
  ['GET', '/list-sessions'],
  ['POST', '/revoke-session'],
  ['POST', '/revoke-sessions'],
  ['POST', '/api-key/create'],
  ['GET', '/api-key/list'],
  ['POST', '/api-key/verify'],
  ['GET', '/list-accounts'],
  ['POST', '/link-social'],
  ['POST', '/unlink-account'],
  ['POST', '/get-access-token'],
  ['POST', '/refresh-token'],
  ['GET', '/reset-password/abc'],
  ['GET', '/callback/google'],
  ['POST', '/callback/oidc'],
  ['POST', '/two-factor/send-otp'],
  ['POST', '/two-factor/get-totp-uri'],
  ['GET', '/error'],
  ['GET', '/ok'],
] as const)('%s %s of the sign-in library is not served', async (method, path) => {
  const { status } = await platform.send({
    method,
    url: `/api/auth${path}`,
    ...(method === 'POST' ? { payload: {}, headers: { origin } } : {}),
  })
  expect(status).toBe(404)
})
