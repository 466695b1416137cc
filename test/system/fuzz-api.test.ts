import { createHash } from 'node:crypto'
import { Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, origin } from '../../apps/gateway-api/testing/test-client.ts'
import {
  administrator,
  startInstallation,
  type TestInstallation,
} from '../../apps/gateway-api/testing/test-installation.ts'
import { startTestServer, type TestServer } from '../../state/database/test-database.ts'
import { createCheckAnswer } from './support/fuzz/check-answer.ts'
import { brokenBodies, nastyTexts, nastyValues } from './support/fuzz/nasty-values.ts'
import {
  type Document,
  type Examples,
  type Known,
  listTargets,
  type Shot,
  shotsFor,
  type Target,
} from './support/fuzz/operations.ts'
import { type Received, sendShot } from './support/fuzz/send-shot.ts'

/** The same requests at every run; another number tries others. */
const seed = Number(process.env.PARCELA_FUZZ_SEED ?? 20_261_123)
const shotsPerOperation = Number(process.env.PARCELA_FUZZ_SHOTS ?? 12)

const operationsPerGateway = 15

type Actor = { name: string; headers: Record<string, string>[] }

let server: TestServer
let world: TestInstallation
let port: number
let document: Document
let actors: Actor[]
let known: Known
let examples: Examples
const agent = new Agent({ keepAlive: true, maxSockets: 4 })

beforeAll(async () => {
  server = await startTestServer()
  world = await startInstallation(server)
  port = await listen(world.app)
  document = (await world.send({ method: 'GET', url: '/api/v1/openapi.json' })).body as unknown as Document
  ;({ actors, known, examples } = await populate())
})
afterAll(async () => {
  agent.destroy()
  await fresh?.close()
  await world.close()
  await server.stop()
})

const service = {
  service_type: 'docker',
  service_format: 'web',
  storage_gb: 1,
  ram_mb: 64,
  additional_requirements: {},
}

type Ask = (method: 'POST', url: string, payload: object) => Promise<Answer>

/** People with different standing in one team, and something of every kind that a path can name. */
const populate = async (): Promise<{ actors: Actor[]; known: Known; examples: Examples }> => {
  const admin = world.as(await world.createKey(await world.signIn(administrator.email, administrator.password)))
  const [owner, viewer, stranger] = [
    await world.newPerson('owner'),
    await world.newPerson('viewer'),
    await world.newPerson('stranger'),
  ]
  const ids: Record<string, string[]> = {}
  const make = async (ask: Ask, url: string, body: object): Promise<string> => {
    const made = await ask('POST', `/api/v1/${url}`, body)
    if (made.status >= 300) throw new Error(`${url}: ${made.text}`)
    const id = String(made.body.id)
    const kind = `${url.split('/')[0]}.id`
    ids[kind] = [...(ids[kind] ?? []), id]
    return id
  }
  const { body: me } = await owner.ask('GET', '/api/v1/me')
  const { body: other } = await viewer.ask('GET', '/api/v1/me')
  const team_id = await make(owner.ask, 'teams', { name: 'Clase de pruebas' })
  await owner.ask('POST', `/api/v1/teams/${team_id}/members`, { username: 'viewer', role: 'viewer' })
  const upload_ids: string[] = []
  const content = 'hello'
  const sha256 = createHash('sha256').update(content).digest('hex')
  const file = { path: 'index.html', sha256, size: content.length }
  for (const name of ['uno', 'dos', 'tres']) {
    const id = await make(owner.ask, 'services', { ...service, name, team_id })
    await owner.ask('POST', `/api/v1/services/${id}/domains`, { name: `${name}.example.org` })
    upload_ids.push(await make(owner.ask, 'uploads', { files: [file] }))
    await make(owner.ask, 'invitations', { team_id, role: 'viewer' })
    await make(world.fromPage(owner.cookie), 'keys', { name })
    await make(admin, 'edges', { name })
  }
  const plans = (await admin('GET', '/api/v1/plans')).body.items as { id: string }[]
  const adminKeys = [1, 2].map(async () =>
    bearer(await world.createKey(await world.signIn(administrator.email, administrator.password))),
  )
  return {
    actors: [
      { name: 'nobody', headers: [{}] },
      { name: 'a stranger', headers: [bearer(stranger.key), bearer(await world.createKey(stranger.cookie))] },
      { name: 'a viewer', headers: [bearer(viewer.key), bearer(await world.createKey(viewer.cookie))] },
      { name: 'an owner', headers: [bearer(owner.key), bearer(await world.createKey(owner.cookie))] },
      { name: 'an owner on the page', headers: [{ cookie: owner.cookie, origin }] },
      { name: 'an administrator', headers: await Promise.all(adminKeys) },
    ],
    known: {
      ...ids,
      'teams.id': [team_id, String(me.team_id)],
      'people.id': [other.id, me.id],
      'plans.id': plans.map(({ id }) => id),
      person_id: [other.id, me.id],
      team_id: [team_id, me.team_id],
      name: ['uno', 'nuevo', 'uno.example.org'],
      sha256: [sha256],
      upload_id: upload_ids,
      username: ['owner', 'viewer', 'stranger'],
      email: ['viewer@example.org'],
      action: ['start', 'stop', 'restart'],
      cursor: [undefined],
      follow: ['true', 'false'],
      purge: ['true', 'false'],
    },
    examples: {
      createService: [
        { ...service, team_id },
        { ...service, name: 'nuevo' },
        { ...service, additional_requirements: { upload_id: upload_ids[0] } },
        { ...service, service_type: 'vm' },
      ],
      updateService: [{ ram_mb: 128 }, { https_redirect: false, maintenance: true }, { additional_requirements: {} }],
      createRelease: upload_ids.map(upload_id => ({ upload_id })),
      createUpload: [{ files: [file] }, { files: [file, { ...file, path: 'a/b.html' }] }],
      createPerson: [
        { username: 'nueva' },
        { username: 'nuevo.uno', email: 'nuevo@example.org', password: 'a long password' },
      ],
      addMember: [{ username: 'stranger', role: 'developer' }],
      moveService: [{ team_id: me.team_id }],
      setQuota: [{ overrides: { services: 5 } }, { plan_id: plans[0]?.id }],
      createInvitation: [{ team_id, role: 'developer', email: 'alumna@example.org' }],
      importInvitations: [{ team_id, role: 'viewer', csv: 'a@example.org\nb@example.org' }],
      createKey: [{ name: 'otra', scope: 'read', team_id, expires_in_days: 3 }],
      addDomain: [{ name: 'otra.example.org' }, { name: 'www.uno.example.org', redirect_to: 'uno.example.org' }],
    },
  }
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

/** Every request from an address of its own, so that limits do not end it before it begins. */
let sent = 0
const fire = (shot: Shot, { actor, isStream }: { actor: Actor; isStream: boolean }): Promise<Received> => {
  sent += 1
  const headers = {
    host: new URL(origin).host,
    'x-forwarded-for': `198.${51 + (sent >> 16)}.${(sent >> 8) & 255}.${sent & 255}`,
    ...shot.headers,
    ...actor.headers[sent % actor.headers.length],
  }
  return sendShot({ ...shot, headers }, { port, agent, isStream })
}

type App = TestInstallation['app']

const listen = async (app: App): Promise<number> => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** Another gateway on the same database, which has counted nobody's requests yet. */
let fresh: App | undefined
const freshen = async (): Promise<void> => {
  await fresh?.close()
  fresh = (await world.startSecond()).app
  port = await listen(fresh)
}

/** What takes rights, room or things away from the others. */
const limiting: ReadonlySet<string> = new Set([
  'updatePerson',
  'eraseMe',
  'leaveTeam',
  'updateMember',
  'moveService',
  'setQuota',
  'createPlan',
  'updatePlan',
  'updateNode',
])

const isEnding = ({ method, operation }: Target): boolean => method === 'DELETE' || limiting.has(operation.operationId)

const isStreamed = ({ operation }: Target): boolean =>
  Object.keys(operation.responses['200']?.content ?? {}).some(type => type !== 'application/json')

const describeShot = (shot: Shot, actor: Actor): string =>
  `${actor.name}: ${shot.method} ${shot.path} ${JSON.stringify(shot.headers)} ${String(shot.body ?? '').slice(0, 400)}`

test('no request of anybody makes the gateway fail or answer what its document does not have', async () => {
  const check = createCheckAnswer(document)
  const problems: string[] = []
  const statuses = new Map<number, number>()
  const reached = new Set<string>()
  // What ends accounts, keys and sessions, or leaves no room, comes last: from then on most is refused.
  const targets = listTargets(document).toSorted((one, other) => Number(isEnding(one)) - Number(isEnding(other)))
  for (const [index, target] of targets.entries()) {
    if (index % operationsPerGateway === 0) await freshen()
    const shots = shotsFor(document, target, { known, examples })
    for (const [place, actor] of actors.entries()) {
      const numbers = { seed: seed + index * 100 + place, numRuns: shotsPerOperation }
      for (const shot of fc.sample(shots, numbers)) {
        const answer = await fire(shot, { actor, isStream: isStreamed(target) })
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer.status < 300) reached.add(target.operation.operationId)
        const problem = check(target, answer)
        if (problem) problems.push(`${describeShot(shot, actor)}\n    ${problem}`)
      }
    }
  }
  const counts = [...statuses].toSorted(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`)
  process.stdout.write(
    `\nfuzz: ${targets.length} operations x ${actors.length} actors, ${sent} requests, seed ${seed}; ${counts.join(', ')}\n` +
      `fuzz: no success of ${
        targets
          .map(({ operation }) => operation.operationId)
          .filter(name => !reached.has(name))
          .join(', ') || 'none'
      }\n`,
  )
  expect(problems).toEqual([])
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 202, 400, 401, 403, 404, 422]))
})

test('no body makes sign-in fail', async () => {
  const paths = [
    'sign-in/email',
    'sign-up/email',
    'sign-out',
    'change-password',
    'reset-password',
    'sign-in/social',
    'two-factor/enable',
    'two-factor/verify-totp',
    'passkey/verify-registration',
    'passkey/verify-authentication',
  ]
  const fields = [
    'email',
    'password',
    'name',
    'username',
    'currentPassword',
    'newPassword',
    'token',
    'code',
    'provider',
    'response',
  ]
  const bodies = fc.oneof(
    fc
      .dictionary(fc.constantFrom(...fields), fc.oneof(fc.constantFrom(...nastyValues), fc.string()), { maxKeys: 4 })
      .map(value => ({ type: 'application/json', body: JSON.stringify(value) })),
    fc.constantFrom(...brokenBodies),
  )
  const problems: string[] = []
  let count = 0
  const named = ['a\0b', '\ud800', 'x'.repeat(5_000), ''].map((name, index) => ({
    email: `n${index}@example.org`,
    name,
    password: 'a good password',
  }))
  for (const body of named) {
    const shot: Shot = {
      method: 'POST',
      path: '/api/auth/sign-up/email',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      kind: 'broken',
    }
    const { status, text } = await fire(shot, { actor: { name: 'nobody', headers: [{}] }, isStream: false })
    count += 1
    if (status >= 500) problems.push(`${shot.body}\n    ${status} ${text.slice(0, 300)}`)
  }
  for (const [index, path] of paths.entries()) {
    for (const actor of actors.filter(({ name }) => name === 'nobody' || name.endsWith('page'))) {
      for (const { type, body } of fc.sample(bodies, { seed: seed + index, numRuns: shotsPerOperation })) {
        const shot: Shot = {
          method: 'POST',
          path: `/api/auth/${path}`,
          headers: type ? { 'content-type': type } : {},
          body,
          kind: 'broken',
        }
        const { status, text } = await fire(shot, { actor, isStream: false })
        count += 1
        if (status >= 500 || /\bat .+:\d+:\d+/.test(text))
          problems.push(`${describeShot(shot, actor)}\n    ${status} ${text.slice(0, 300)}`)
      }
    }
  }
  for (const text of nastyTexts.filter(one => /^[\x20-\x7e]*$/.test(one))) {
    const headers = { authorization: `Bearer ${text}`, cookie: `__Host-parcela.session_token=${text}` }
    for (const one of [{ authorization: headers.authorization }, { cookie: headers.cookie }]) {
      const shot: Shot = { method: 'GET', path: '/api/v1/me', headers: one, kind: 'broken' }
      const { status } = await fire(shot, { actor: { name: 'nobody', headers: [{}] }, isStream: false })
      count += 1
      if (status !== 401) problems.push(`${describeShot(shot, { name: 'nobody', headers: [] })}\n    ${status}`)
    }
  }
  process.stdout.write(`fuzz: sign-in, ${count} requests\n`)
  expect(problems).toEqual([])
})

test('after all that the gateway still answers, and its trail verifies', async () => {
  expect((await world.send({ method: 'GET', url: '/readyz' })).status).toBe(200)
  let last: unknown
  for await (const check of world.ports.audit.verify()) last = check
  expect(last).toMatchObject({ is_complete: true, problem: null })
})
