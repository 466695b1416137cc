import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { createTestAuthenticator, type TestAuthenticator } from '../testing/test-authenticator.ts'
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

const rpId = new URL(origin).hostname
const ask = (method: 'GET' | 'POST', path: string, cookie: string, payload?: object) =>
  platform.send({
    method,
    url: `/api/auth/passkey${path}`,
    headers: { origin, ...(cookie ? { cookie } : {}) },
    ...(payload ? { payload } : {}),
  })

const register = async (device: TestAuthenticator, cookie: string, from?: string) => {
  const begun = await ask('GET', '/generate-register-options', cookie)
  const response = device.register(String(begun.body.challenge), from)
  return ask('POST', '/verify-registration', `${cookie}; ${cookieOf(begun)}`, { response, name: 'laptop' })
}
const signIn = async (device: TestAuthenticator, from?: string) => {
  const begun = await ask('GET', '/generate-authenticate-options', '')
  const response = device.sign(String(begun.body.challenge), from)
  return ask('POST', '/verify-authentication', cookieOf(begun), { response })
}
const emailOf = async (cookie: string) =>
  (await platform.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).body.email

describe('a passkey', () => {
  test('signs in alone, by its device’s signature over our challenge', async () => {
    const cookie = await platform.signUp('ana@example.org')
    const device = createTestAuthenticator({ origin, rpId })
    expect((await register(device, cookie)).status).toBe(200)
    const answer = await signIn(device)
    expect([answer.status, await emailOf(cookieOf(answer))]).toEqual([200, 'ana@example.org'])
    expect((await signIn(createTestAuthenticator({ origin, rpId }))).status).toBe(401)
  })

  test.each(['https://parcela.localhost:8443.evil.example', 'https://hola.apps.localhost:8443'])(
    'used on %s neither registers nor signs in',
    async from => {
      const cookie = await platform.signUp(`x${from.length}@example.org`)
      const device = createTestAuthenticator({ origin, rpId })
      expect((await register(device, cookie, from)).status).toBeGreaterThanOrEqual(400)
      expect((await register(device, cookie)).status).toBe(200)
      expect((await signIn(device, from)).status).toBe(400)
    },
  )

  test('of a device that asks for no PIN is refused', async () => {
    const cookie = await platform.signUp('eva@example.org')
    const { status, body } = await register(createTestAuthenticator({ origin, rpId, isVerified: false }), cookie)
    expect([status, body.code]).toEqual([403, 'PASSKEY_WITHOUT_PIN'])
  })

  test('answers one challenge once', async () => {
    const cookie = await platform.signUp('leo@example.org')
    const device = createTestAuthenticator({ origin, rpId })
    await register(device, cookie)
    const begun = await ask('GET', '/generate-authenticate-options', '')
    const response = device.sign(String(begun.body.challenge))
    const send = () => ask('POST', '/verify-authentication', cookieOf(begun), { response })
    expect([(await send()).status, (await send()).status]).toEqual([200, 400])
  })

  test('that is somebody’s only way in is not removed; another one is', async () => {
    const cookie = await platform.signUp('mia@example.org')
    const devices = [createTestAuthenticator({ origin, rpId }), createTestAuthenticator({ origin, rpId })]
    const ids: unknown[] = []
    for (const device of devices) ids.push((await register(device, cookie)).body.id)
    const mia = await platform.ports.people.findByUsername('mia')
    const accountId = mia && (await platform.ports.people.findAccountId(mia.id))
    // As somebody who came without a password.
    await platform.identity.db.deleteFrom('account').where('userId', '=', accountId).execute()
    expect((await ask('POST', '/delete-passkey', cookie, { id: ids[0] })).status).toBe(200)
    const refused = await ask('POST', '/delete-passkey', cookie, { id: ids[1] })
    expect([refused.status, refused.body.code]).toEqual([409, 'LAST_CREDENTIAL'])
    expect((await signIn(devices[1] as TestAuthenticator)).status).toBe(200)
  })

  test('of somebody else cannot be removed', async () => {
    const owner = await platform.signUp('noa@example.org')
    const thief = await platform.signUp('otto@example.org')
    const { body } = await register(createTestAuthenticator({ origin, rpId }), owner)
    expect((await ask('POST', '/delete-passkey', thief, { id: body.id })).status).toBe(401)
    expect((await ask('GET', '/list-user-passkeys', owner)).text).toContain(String(body.id))
  })
})
