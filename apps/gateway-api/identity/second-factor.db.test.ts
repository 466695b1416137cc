import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { cookieOf, origin } from '../testing/test-client.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'

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
const post = (path: string, payload: object, cookie: string) =>
  platform.send({
    method: 'POST',
    url: `/api/auth${path}`,
    payload,
    headers: { origin, ...(cookie ? { cookie } : {}) },
  })

/** The code of the authenticator app, whose clock is this many steps of 30 seconds ahead. */
const codeOf = (secret: string, steps = 0) => createOTP(secret).hotp(Math.floor(Date.now() / 30_000) + steps)

const enable = async (email: string) => {
  const cookie = await platform.signUp(email)
  const { status, body } = await post('/two-factor/enable', { password }, cookie)
  expect(status).toBe(200)
  const { totpURI, backupCodes } = body as unknown as { totpURI: string; backupCodes: string[] }
  const encoded = new URL(totpURI).searchParams.get('secret') ?? ''
  const secret = new TextDecoder().decode(base32.decode(encoded))
  const verified = await post('/two-factor/verify-totp', { code: await codeOf(secret) }, cookie)
  expect(verified.status).toBe(200)
  await forgetCodes()
  return { secret, backupCodes, cookie: cookieOf(verified) || cookie }
}

/** As when some minutes have passed since the last code. */
const forgetCodes = async (): Promise<void> => {
  await platform.identity.db.updateTable('twoFactor').set({ lastUsedStep: 0 }).execute()
}

/** The cookie of somebody whose password was right and whose second factor is asked for. */
const begin = async (email: string) => {
  const answer = await post('/sign-in/email', { email, password }, '')
  expect([answer.status, answer.body.twoFactorRedirect]).toEqual([200, true])
  return cookieOf(answer)
}
const meStatus = async (cookie: string) =>
  (await platform.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status

describe('a second factor', () => {
  test('is asked for after the password; the password alone opens nothing', async () => {
    const { secret } = await enable('ana@example.org')
    const half = await begin('ana@example.org')
    expect(await meStatus(half)).toBe(401)
    const whole = await post('/two-factor/verify-totp', { code: await codeOf(secret) }, half)
    expect([whole.status, await meStatus(cookieOf(whole))]).toEqual([200, 200])
  })

  test.each([
    [-2, 401],
    [-1, 200],
    [0, 200],
    [1, 200],
    [2, 401],
  ])('whose clock is %i steps ahead answers %i', async (steps, status) => {
    const email = `clock${steps + 2}@example.org`
    const { secret } = await enable(email)
    const half = await begin(email)
    expect((await post('/two-factor/verify-totp', { code: await codeOf(secret, steps) }, half)).status).toBe(status)
  })

  test('gives codes that open one session each, also for two who send one at once, and no older one after it', async () => {
    const { secret, cookie } = await enable('uma@example.org')
    const code = await codeOf(secret)
    const halves = await Promise.all([begin('uma@example.org'), begin('uma@example.org'), begin('uma@example.org')])
    const answers = await Promise.all(halves.map(half => post('/two-factor/verify-totp', { code }, half)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
    expect(answers.find(({ status }) => status === 401)?.body.code).toBe('CODE_ALREADY_USED')
    const send = async (steps: number) =>
      post('/two-factor/verify-totp', { code: await codeOf(secret, steps) }, await begin('uma@example.org'))
    expect((await send(-1)).status).toBe(401)
    expect((await send(1)).status).toBe(200)
    expect((await post('/two-factor/verify-totp', { code }, cookie)).status).toBe(401)
  })

  test('is not used up by a code of somebody else, or by a wrong one', async () => {
    const [one, other] = [await enable('ida@example.org'), await enable('oto@example.org')]
    const half = await begin('ida@example.org')
    for (const code of ['000000', await codeOf(other.secret), 7]) {
      expect((await post('/two-factor/verify-totp', { code }, half)).status).not.toBe(200)
    }
    expect((await post('/two-factor/verify-totp', { code: await codeOf(one.secret) }, half)).status).toBe(200)
  })

  test('that is lost is replaced by a recovery code, each once', async () => {
    const { backupCodes } = await enable('eva@example.org')
    expect(backupCodes).toHaveLength(10)
    const [code] = backupCodes
    const used = await post('/two-factor/verify-backup-code', { code }, await begin('eva@example.org'))
    expect(await meStatus(cookieOf(used))).toBe(200)
    const again = await post('/two-factor/verify-backup-code', { code }, await begin('eva@example.org'))
    expect(again.status).toBe(401)
  })

  test('cannot be guessed: the account rests after ten wrong codes, whatever password comes before', async () => {
    const { secret } = await enable('leo@example.org')
    let answer = { status: 0, body: {} as Record<string, unknown> }
    for (let round = 0; round < 4 && answer.status !== 429; round++) {
      const half = await begin('leo@example.org')
      for (let count = 0; count < 4; count++) answer = await post('/two-factor/verify-totp', { code: '000000' }, half)
    }
    expect([answer.status, answer.body.code]).toEqual([429, 'ACCOUNT_TEMPORARILY_LOCKED'])
    const right = await post('/two-factor/verify-totp', { code: await codeOf(secret) }, await begin('leo@example.org'))
    expect(right.status).toBe(429)
  })

  test('is kept encrypted, and neither turned on nor off without the password', async () => {
    const { secret, backupCodes, cookie } = await enable('mia@example.org')
    const rows = JSON.stringify(await platform.identity.db.selectFrom('twoFactor').selectAll().execute())
    for (const text of [secret, ...backupCodes]) expect(rows).not.toContain(text)
    for (const wrong of [{}, { password: 'wrong wrong wrong' }]) {
      expect((await post('/two-factor/disable', wrong, cookie)).status).toBe(400)
    }
    expect((await post('/two-factor/disable', { password }, cookie)).status).toBe(200)
    expect(await platform.signIn('mia@example.org', password)).toContain('session_token')
  })

  test('that somebody lost with all recovery codes is removed by an administrator, with a link for a new password', async () => {
    await enable('noa@example.org')
    const admin = platform.fromPage(await platform.signIn(administrator.email, administrator.password))
    const noa = await platform.ports.people.findByUsername('noa')
    const made = await admin('POST', `/api/v1/people/${noa?.id}/reset-link`, { remove_second_factor: true })
    expect(made.status).toBe(201)
    const token = new URL(String(made.body.link)).hash.slice('#token='.length)
    expect((await post('/reset-password', { token, newPassword: 'a better password' }, '')).status).toBe(200)
    expect(await meStatus(await platform.signIn('noa@example.org', 'a better password'))).toBe(200)
  })
})
