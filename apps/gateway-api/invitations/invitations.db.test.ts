import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { origin } from '../testing/test-client.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'
import { startTestMailServer, type TestMailServer, tokenOf } from '../testing/test-mail-server.ts'

let server: TestServer
let mail: TestMailServer
let platform: TestInstallation
let admin: ReturnType<TestInstallation['fromPage']>
let teamId: string

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  mail = await startTestMailServer()
  await start()
})
afterEach(async () => {
  await platform.close()
  await mail.stop()
})

const start = async (settings: Parameters<typeof startInstallation>[1] = {}) => {
  platform = await startInstallation(server, { signUp: 'invite', mail: mail.settings, ...settings })
  admin = platform.fromPage(await platform.signIn(administrator.email, administrator.password))
  const root = await platform.ports.people.findByUsername('admin')
  if (!root) throw new Error('The administrator is missing')
  teamId = (await platform.ports.teams.createTeam({ name: 'Class 1', owner_id: root.id })).id
}

type Made = { id: string; link: string; mail: string; email: string | null }
const invite = async (more: object = {}) =>
  (await admin('POST', '/api/v1/invitations', { team_id: teamId, role: 'developer', ...more })).body as unknown as Made
const open = async () =>
  ((await admin('GET', `/api/v1/invitations?team_id=${teamId}`)).body as unknown as { items: Made[] }).items
const tokenIn = (link: string): string => tokenOf({ text: link })
const signUp = (email: string, invitation?: string) =>
  platform.send({
    method: 'POST',
    url: '/api/auth/sign-up/email',
    payload: { email, name: 'Ana', password: 'a good password', ...(invitation ? { invitation } : {}) },
  })
const newAccount = async (email: string) => {
  await admin('POST', '/api/v1/people', {
    username: email.split('@')[0],
    email,
    password: 'a good password',
  })
  return platform.fromPage(await platform.signIn(email, 'a good password'))
}
const membersOf = async () =>
  (await platform.ports.teams.listMembers('every-team', teamId)).map(({ username, role }) => [username, role])

describe('an invitation', () => {
  test('is mailed in the language that was asked for; its address signs up with it, verified, and is a member', async () => {
    const made = await invite({ email: 'Ana@Example.org', language: 'es' })
    expect(made).toMatchObject({ email: 'ana@example.org', mail: 'sent' })
    const received = await mail.take('ana@example.org')
    expect(received.subject).toBe('Invitación al equipo «Class 1» en Parcela')
    expect(received.text).toContain(`${origin}/invitation#token=`)
    const token = tokenOf(received)
    expect(token).toBe(tokenIn(made.link))
    expect((await signUp('ana@example.org', token)).status).toBe(200)
    expect(await platform.signIn('ana@example.org', 'a good password')).not.toBe('')
    expect(await membersOf()).toEqual([
      ['admin', 'owner'],
      ['ana', 'developer'],
    ])
    expect(await open()).toEqual([])
    expect(mail.mails).toEqual([])
  })

  test('is needed to sign up, and is used once', async () => {
    expect((await signUp('ana@example.org')).body.code).toBe('SIGN_UP_CLOSED')
    expect((await signUp('ana@example.org', 'x'.repeat(43))).status).toBe(404)
    const token = tokenIn((await invite({ email: 'ana@example.org' })).link)
    expect((await signUp('eva@example.org', token)).body.code).toBe('INVITATION_FOREIGN')
    expect((await signUp('ana@example.org', token)).status).toBe(200)
    const again = await signUp('ana@example.org', token)
    expect([again.status, again.body.error.details.reason]).toEqual([409, 'invitation_used'])
    const people = await platform.identity.db.selectFrom('user').select('email').execute()
    expect(people.map(({ email }) => email).sort()).toEqual(['admin@example.org', 'ana@example.org'])
  })

  test('is accepted by the account of its address, and refused to every other', async () => {
    const [ana, eva] = [await newAccount('ana@example.org'), await newAccount('eva@example.org')]
    const token = tokenIn((await invite({ email: 'ana@example.org', role: 'viewer' })).link)
    const foreign = await eva('POST', '/api/v1/invitations/accept', { token })
    expect([foreign.status, foreign.body.error.details.reason]).toEqual([403, 'invitation_foreign'])
    const accepted = await ana('POST', '/api/v1/invitations/accept', { token })
    expect([accepted.status, accepted.body]).toEqual([200, { team_id: teamId, role: 'viewer' }])
    const again = await ana('POST', '/api/v1/invitations/accept', { token })
    expect([again.status, again.body.error.details.reason]).toEqual([409, 'invitation_used'])
    expect(await membersOf()).toContainEqual(['ana', 'viewer'])
  })

  test('without an address is for one person, also when two accept it at once', async () => {
    const people = [await newAccount('ana@example.org'), await newAccount('eva@example.org')]
    const { link, mail: outcome } = await invite()
    expect(outcome).toBe('off')
    const token = tokenIn(link)
    const answers = await Promise.all(people.map(page => page('POST', '/api/v1/invitations/accept', { token })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await membersOf()).toHaveLength(2)
  })

  test.each([
    ['has expired', 'invitation_expired', async () => platform.passTime(14 * 86_400_000 + 1000)],
    ['was withdrawn', 'invitation_revoked', async (id: string) => admin('DELETE', `/api/v1/invitations/${id}`)],
    ['was replaced', 'invitation_revoked', async () => invite({ email: 'ana@example.org' })],
  ])('that %s is refused', async (_, reason, end) => {
    const ana = await newAccount('ana@example.org')
    const made = await invite({ email: 'ana@example.org' })
    await end(made.id)
    for (const url of ['/api/v1/invitations/accept', '/api/v1/invitations/view']) {
      const { status, body } = await ana('POST', url, { token: tokenIn(made.link) })
      expect([url, status, body.error.details.reason]).toEqual([url, 409, reason])
    }
    expect(await membersOf()).toHaveLength(1)
  })

  test('shows its holder what it is for, and nothing of it can be read in the database', async () => {
    const { link } = await invite({ email: 'ana@example.org' })
    const token = tokenIn(link)
    const view = await platform.send({ method: 'POST', url: '/api/v1/invitations/view', payload: { token } })
    expect(view.body).toMatchObject({ team_name: 'Class 1', role: 'developer', email: 'ana@example.org' })
    const rows = await platform.database.db.selectFrom('invitations').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(await open())).not.toContain(token)
  })

  test('is not made for a member, a personal team, a team of others, or a role that is none', async () => {
    await newAccount('ana@example.org')
    const ana = platform.fromPage(await platform.signIn('ana@example.org', 'a good password'))
    await ana('POST', '/api/v1/invitations/accept', { token: tokenIn((await invite({ role: 'developer' })).link) })
    const ask = async (page: typeof admin, more: object) =>
      (await page('POST', '/api/v1/invitations', { team_id: teamId, role: 'viewer', ...more })).body.error
    expect((await ask(admin, { email: 'ANA@example.org' })).details.reason).toBe('member_present')
    const me = (await admin('GET', '/api/v1/me')).body
    expect((await ask(admin, { team_id: me.team_id })).details.reason).toBe('personal_team')
    expect((await ask(admin, { role: 'king' })).fields).toHaveProperty('role')
    expect((await ask(ana, {})).code).toBe('forbidden')
    const stranger = await newAccount('eva@example.org')
    expect((await ask(stranger, {})).code).toMatch(/not_found|forbidden/)
    expect((await stranger('GET', `/api/v1/invitations?team_id=${teamId}`)).status).toBeGreaterThanOrEqual(403)
    const { id } = await invite({ email: 'x@example.org' })
    expect((await stranger('DELETE', `/api/v1/invitations/${id}`)).status).toBeGreaterThanOrEqual(403)
    expect(await open()).toHaveLength(1)
  })

  test('is handed over as a link while the mail server does not answer', async () => {
    await mail.stop()
    const { mail: outcome, link } = await invite({ email: 'ana@example.org' })
    expect([outcome, tokenIn(link)]).toEqual(['failed', expect.stringMatching(/^[\w-]{43}$/)])
    mail = await startTestMailServer()
  })

  test('is of no use for an account where sign-up is closed', async () => {
    await platform.close()
    await start({ signUp: 'closed' })
    const token = tokenIn((await invite({ email: 'ana@example.org' })).link)
    expect((await signUp('ana@example.org', token)).body.code).toBe('SIGN_UP_CLOSED')
  })
})

describe('a class', () => {
  const importClass = (csv: string) =>
    admin('POST', '/api/v1/invitations/import', { team_id: teamId, role: 'viewer', csv })

  test('of thirty is invited in one request, and everybody comes in', async () => {
    const emails = Array.from({ length: 30 }, (_, index) => `s${String(index).padStart(2, '0')}@example.org`)
    const { status, body } = await importClass(`email\n${emails.join('\n')}`)
    const { items } = body as unknown as { items: Made[] }
    expect([status, items.map(({ email }) => email)]).toEqual([201, emails])
    expect(items.every(one => one.mail === 'sent')).toBe(true)
    const answers = await Promise.all(items.map(({ email, link }) => signUp(email ?? '', tokenIn(link))))
    expect(answers.map(answer => answer.status)).toEqual(emails.map(() => 200))
    expect(await membersOf()).toHaveLength(31)
  })

  test('of more people than a day has invitations for is not invited, not even in part', async () => {
    const root = await platform.ports.people.findByUsername('admin')
    const many = Array.from({ length: 999 }, (_, index) => ({
      team_id: teamId as never,
      role: 'viewer' as const,
      email: null,
      token_hash: String(index).padStart(64, '0'),
      invited_by: root?.id as never,
      expires_at: new Date(Date.now() + 60_000),
    }))
    await platform.ports.invitations.createInvitations(many)
    const { status, body } = await importClass('a@example.org\nb@example.org')
    expect([status, body.error.details.reason]).toEqual([409, 'too_many_invitations'])
    expect(await open()).toHaveLength(999)
    platform.passTime(86_400_000)
    expect((await importClass('a@example.org\nb@example.org')).status).toBe(201)
  })

  test('with broken rows invites nobody, and every problem is told by its line', async () => {
    const ana = await newAccount('ana@example.org')
    await ana('POST', '/api/v1/invitations/accept', { token: tokenIn((await invite()).link) })
    const broken = await importClass('good@example.org\nbad\ngood@example.org\n')
    expect([broken.status, Object.keys(broken.body.error.fields)]).toEqual([422, ['line 2', 'line 3']])
    const member = await importClass('good@example.org\nana@example.org\n')
    expect([member.status, member.body.error.fields]).toEqual([422, { 'line 2': 'is a member of the team already' }])
    expect(await open()).toEqual([])
    expect(mail.mails).toEqual([])
  })
})
