import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { origin } from '../testing/test-client.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'
import { startTestMailServer, type TestMailServer, tokenOf } from '../testing/test-mail-server.ts'

let server: TestServer
let mail: TestMailServer
let platform: TestInstallation

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  mail = await startTestMailServer()
  platform = await startInstallation(server, { mail: mail.settings })
})
afterEach(async () => {
  await platform.close()
  await mail.stop()
})

const password = 'a good password'
const better = 'a better password'
const post = (path: string, payload: object, headers: Record<string, string> = {}) =>
  platform.send({ method: 'POST', url: `/api/auth${path}`, payload, headers: { origin, ...headers } })
const signUp = (email: string, headers: Record<string, string> = {}) =>
  post('/sign-up/email', { email, name: 'Ana', password }, headers)
const verify = (token: string) => platform.send({ method: 'GET', url: `/api/auth/verify-email?token=${token}` })
const askReset = (email: string) => post('/request-password-reset', { email })

describe('where mail is sent, an address', () => {
  test('is verified before its account can be used, in the language of the browser', async () => {
    expect((await signUp('ana@example.org', { 'accept-language': 'es-ES,en;q=0.5' })).status).toBe(200)
    const refused = await post('/sign-in/email', { email: 'ana@example.org', password })
    expect([refused.status, refused.body.code]).toEqual([403, 'EMAIL_NOT_VERIFIED'])
    const first = await mail.take('ana@example.org')
    expect(first.subject).toBe('Confirma tu dirección de correo en Parcela')
    expect(first.text).toContain(`${origin}/verify-email#token=`)
    expect((await verify(tokenOf(first))).status).toBe(200)
    expect(await platform.signIn('ana@example.org', password)).not.toBe('')
  })

  test('is not verified by a token that was changed', async () => {
    await signUp('ana@example.org')
    const token = tokenOf(await mail.take('ana@example.org'))
    expect((await verify(`${token.slice(0, -4)}AAAA`)).status).toBe(401)
    expect(await platform.signIn('ana@example.org', password)).toBe('')
  })

  test('that has an account is not given away at sign-up', async () => {
    const [known, unknown] = [await signUp(administrator.email), await signUp('eva@example.org')]
    expect([known.status, known.body.token, Object.keys(known.body.user as object).sort()]).toEqual([
      unknown.status,
      unknown.body.token,
      Object.keys(unknown.body.user as object).sort(),
    ])
    await mail.take('eva@example.org')
    expect(mail.mails).toEqual([])
  })

  test('of an administrator who made the installation is taken as theirs', async () => {
    expect(await platform.signIn(administrator.email, administrator.password)).not.toBe('')
  })

  test('gets five mails in a quarter of an hour and no more', async () => {
    for (let count = 0; count < 5; count++) expect((await askReset('somebody@example.org')).status).toBe(200)
    const { status, headers } = await askReset('Somebody@example.org')
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true])
    platform.passTime(16 * 60_000)
    expect((await askReset('somebody@example.org')).status).toBe(200)
  })

  test.each(['https://evil.example/', '//evil.example'])('is verified without leading to %s', async url => {
    await signUp('ana@example.org')
    const token = tokenOf(await mail.take('ana@example.org'))
    const query = `token=${token}&callbackURL=${encodeURIComponent(url)}`
    const { status } = await platform.send({ method: 'GET', url: `/api/auth/verify-email?${query}` })
    expect(status).toBe(403)
  })
})

describe('a forgotten password', () => {
  test('is replaced by the link of a mail, once; every session ends', async () => {
    const cookie = await platform.signIn(administrator.email, administrator.password)
    expect((await askReset(administrator.email.toUpperCase())).status).toBe(200)
    const token = tokenOf(await mail.take(administrator.email))
    expect(token.length).toBeGreaterThan(20)
    expect((await post('/reset-password', { token, newPassword: better })).status).toBe(200)
    expect((await platform.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(401)
    expect(await platform.signIn(administrator.email, better)).not.toBe('')
    const again = await post('/reset-password', { token, newPassword: 'yet another password' })
    expect([again.status, again.body.code]).toEqual([400, 'INVALID_TOKEN'])
  })

  test('is asked for with the same answer whether there is such an account or not', async () => {
    const [known, unknown] = [await askReset(administrator.email), await askReset('nobody@example.org')]
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text])
    await mail.take(administrator.email)
    expect(mail.mails).toEqual([])
  })

  test('is not replaced by a short one, and the link still works then', async () => {
    await askReset(administrator.email)
    const token = tokenOf(await mail.take(administrator.email))
    expect((await post('/reset-password', { token, newPassword: 'short' })).body.code).toBe('PASSWORD_TOO_SHORT')
    expect((await post('/reset-password', { token, newPassword: better })).status).toBe(200)
  })

  test('is replaced within an hour, not later; what is stored of the link is no way in', async () => {
    await askReset(administrator.email)
    const token = tokenOf(await mail.take(administrator.email))
    const rows = await platform.identity.db.selectFrom('verification').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    await platform.identity.db
      .updateTable('verification')
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .execute()
    expect((await post('/reset-password', { token, newPassword: better })).body.code).toBe('INVALID_TOKEN')
  })

  test('is not more than asked for while the mail server is down: nothing tells who has an account', async () => {
    await mail.stop()
    const [known, unknown] = [await askReset(administrator.email), await askReset('nobody@example.org')]
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text])
    mail = await startTestMailServer()
  })
})
