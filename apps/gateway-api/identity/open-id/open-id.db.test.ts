import { generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from '../../../../state/database/test-database.ts'
import { cookieOf, origin } from '../../testing/test-client.ts'
import { startInstallation, type TestInstallation } from '../../testing/test-installation.ts'
import { startTestProvider, type TestProvider } from '../../testing/test-provider.ts'

let server: TestServer
let provider: TestProvider
let platform: TestInstallation

beforeAll(async () => {
  // The provider warns at each start that it is not set up for production.
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockReturnValue(undefined)
  server = await startTestServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  provider = await startTestProvider(`${origin}/api/auth/callback/oidc`)
  platform = await startInstallation(server, { openId: provider.settings })
})
afterEach(async () => {
  await platform.close()
  await provider.stop()
})

const leave = (more: Record<string, unknown> = {}, at: Pick<TestInstallation, 'send'> = platform) =>
  at.send({
    method: 'POST',
    url: '/api/auth/sign-in/social',
    headers: { origin },
    payload: { provider: 'oidc', callbackURL: '/services', disableRedirect: true, ...more },
  })

/** Leaves for the provider, signs in there, and comes back. */
const signIn = async (change: (url: URL) => void = () => undefined) => {
  const left = await leave()
  const url = new URL(String(left.body.url))
  change(url)
  const back = new URL(await provider.visit(url.href))
  return comeBack(back, cookieOf(left))
}

const comeBack = async (back: URL, cookie: string) => {
  const answer = await platform.send({ method: 'GET', url: back.pathname + back.search, headers: { cookie } })
  const session =
    cookieOf(answer)
      .split('; ')
      .find(part => /^__Host-parcela\.session_token=./.test(part)) ?? ''
  return { status: answer.status, location: String(answer.headers.location), session }
}

const whoIs = async (cookie: string) =>
  (await platform.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).body

const ana = { sub: '7', email: 'Ana@school.example', email_verified: true, name: 'Ana Ruiz' }
const failed = (reason: string) => `${origin}/sign-in?error=${reason}`

describe('signing in with an OpenID provider', () => {
  test('makes an account once, and finds it again by its subject when the address has changed', async () => {
    provider.signInAs(ana)
    const first = await signIn()
    expect([first.status, first.location]).toEqual([302, '/services'])
    expect(await whoIs(first.session)).toMatchObject({ username: 'ana', email: 'ana@school.example', name: 'Ana Ruiz' })
    provider.signInAs({ ...ana, email: 'ana.ruiz@school.example' })
    const again = await signIn()
    expect((await whoIs(again.session)).id).toBe((await whoIs(first.session)).id)
  })

  test('asks with PKCE, a state and a nonce, and keeps none of the tokens', async () => {
    const { searchParams } = new URL(String((await leave()).body.url))
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    for (const name of ['code_challenge', 'state', 'nonce']) expect(searchParams.get(name)?.length).toBeGreaterThan(30)
    provider.signInAs(ana)
    await signIn()
    const accounts = await platform.identity.db
      .selectFrom('account')
      .selectAll()
      .where('providerId', '=', 'oidc')
      .execute()
    expect(accounts).toMatchObject([{ accessToken: null, refreshToken: null, idToken: null }])
  })

  test('joins the account of a known address', async () => {
    const admin = await platform.signIn('admin@example.org', 'correct horse battery')
    provider.signInAs({ sub: '1', email: 'Admin@Example.org', email_verified: true })
    const { session } = await signIn()
    expect((await whoIs(session)).id).toBe((await whoIs(admin)).id)
  })

  test('joins nothing when the provider does not vouch for the address', async () => {
    provider.signInAs({ sub: '1', email: 'admin@example.org', email_verified: false })
    expect(await signIn()).toEqual({ status: 302, location: failed('account_not_linked'), session: '' })
  })

  test('joins nothing when the address was never shown to be that of the account here', async () => {
    await platform.signUp('ana@school.example')
    provider.signInAs(ana)
    expect(await signIn()).toEqual({ status: 302, location: failed('account_not_linked'), session: '' })
  })

  test('makes no account for a look-alike of an address', async () => {
    provider.signInAs({ ...ana, email: 'аna@school.example' })
    const { location, session } = await signIn()
    expect([location.split('&')[0], session]).toEqual([failed('INVALID_EMAIL'), ''])
  })
})

describe('a provider that', () => {
  test('is down is named as such when somebody leaves for it, and works again as soon as it is back', async () => {
    await provider.stop()
    const { status, body } = await leave()
    expect([status, body.error.code, body.error.details.reason]).toEqual([
      503,
      'unavailable',
      'sign_in_provider_unavailable',
    ])
    expect(body.error.message).toContain('School did not answer')
    await provider.startAgain()
    provider.signInAs(ana)
    expect((await signIn()).session).not.toBe('')
  })

  test('goes down while somebody is there leads back to the sign-in page, with the reason', async () => {
    provider.signInAs(ana)
    const left = await leave()
    const back = new URL(await provider.visit(String(left.body.url)))
    await provider.stop()
    expect(await comeBack(back, cookieOf(left))).toEqual({
      status: 302,
      location: failed('sign_in_provider_unavailable'),
      session: '',
    })
  })

  test('calls itself by another name is refused before anybody leaves for it', async () => {
    const issuer = provider.settings.issuer.replace('127.0.0.1', 'localhost')
    const other = await startInstallation(server, { openId: { ...provider.settings, issuer } })
    const { status, body } = await leave({}, other)
    expect([status, body.error.details.reason]).toEqual([422, 'sign_in_provider_refused'])
    await other.close()
  })

  test('answers for another nonce signs nobody in', async () => {
    provider.signInAs(ana)
    const returned = await signIn(url => url.searchParams.set('nonce', 'one that was used before'))
    expect(returned).toEqual({ status: 302, location: failed('sign_in_provider_refused'), session: '' })
  })

  test.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'somebody-else' }],
    ['for several audiences', { aud: ['parcela', 'somebody-else'] }],
    ['made for another client', { azp: 'somebody-else' }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 3600 }],
    ['without a nonce', { nonce: undefined }],
  ])('sends an ID token %s signs nobody in', async (_, change) => {
    provider.signInAs(ana)
    provider.tamperWith(claims => ({ claims: JSON.parse(JSON.stringify({ ...claims, ...change })) }))
    expect(await signIn()).toEqual({ status: 302, location: failed('sign_in_provider_refused'), session: '' })
  })

  test('sends an ID token that is signed with an unknown key signs nobody in', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    provider.signInAs(ana)
    provider.tamperWith(claims => ({ claims, key: privateKey }))
    expect((await signIn()).location).toBe(failed('sign_in_provider_refused'))
    provider.tamperWith(claims => ({ claims }))
    expect((await signIn()).location).toBe('/services')
  })

  test('answers about somebody else when it is asked for the address signs nobody in', async () => {
    provider.signInAs(ana)
    provider.tamperWith(claims => ({ claims: { ...claims, sub: '8' } }))
    expect((await signIn()).location).toBe(failed('sign_in_provider_refused'))
  })
})

describe('coming back from a provider', () => {
  test('works in the browser that left, once', async () => {
    provider.signInAs(ana)
    const left = await leave()
    const back = new URL(await provider.visit(String(left.body.url)))
    expect((await comeBack(back, '')).session).toBe('')
    provider.signInAs(ana)
    const next = await leave()
    const nextBack = new URL(await provider.visit(String(next.body.url)))
    expect((await comeBack(nextBack, cookieOf(next))).session).not.toBe('')
    expect((await comeBack(nextBack, cookieOf(next))).session).toBe('')
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'https://parcela.localhost:8443.evil.example/',
  ])('never leads to %s', async url => {
    for (const field of ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL']) {
      expect([field, (await leave({ [field]: url })).status]).toEqual([field, 403])
    }
  })

  test('an ID token that a client brings along is not a way in', async () => {
    const { status, body } = await leave({ idToken: { token: 'a.b.c' } })
    expect([status, body.code]).toEqual([404, 'ID_TOKEN_NOT_SUPPORTED'])
  })
})

describe('where sign-up needs an invitation', () => {
  test('somebody new from the provider is refused, unless their address is invited', async () => {
    const closed = await startInstallation(server, { openId: provider.settings, signUp: 'invite' })
    const before = platform
    platform = closed
    provider.signInAs(ana)
    const refused = await signIn()
    expect([refused.location.split('&')[0], refused.session]).toEqual([failed('SIGN_UP_CLOSED'), ''])
    const root = await closed.ports.people.findByUsername('admin')
    const team = await closed.database.db
      .insertInto('teams')
      .values({ id: 'team_class' as never, name: 'Class', created_at: new Date() })
      .returning('id')
      .executeTakeFirstOrThrow()
    await closed.ports.invitations.createInvitations([
      {
        team_id: team.id,
        role: 'viewer',
        email: 'ana@school.example',
        token_hash: 'a'.repeat(64),
        invited_by: root?.id as never,
        expires_at: new Date(Date.now() + 60_000),
      },
    ])
    expect((await signIn()).session).not.toBe('')
    platform = before
    await closed.close()
  })
})

test('without a provider there is no sign-in with one', async () => {
  const plain = await startInstallation(server)
  expect((await leave({}, plain)).status).toBe(404)
  await plain.close()
})
