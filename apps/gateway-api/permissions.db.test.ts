import { createHash, randomBytes } from 'node:crypto'
import { gatewayRoutes, type Route } from '@parcela/contract'
import { type NewService, type Person, rights, type TeamId } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../state/database/test-database.ts'
import { createToken, hashToken } from './invitations/hash-token.ts'
import { origin } from './testing/test-client.ts'
import { encodeForm, makeForm } from './testing/test-form.ts'
import { administrator, startInstallation, type TestInstallation } from './testing/test-installation.ts'

/**
 * Who asks. `viewer`, `developer` and `owner` are so in the team of the object; a stranger owns another one. Those from `read` on hold an API key
 * and own the team: keys for everything of that scope, one that ends at another team, one that ends at another service.
 */
const actors = [
  'nobody',
  'stranger',
  'viewer',
  'developer',
  'owner',
  'administrator',
  'read',
  'deploy',
  'manage',
  'other-team',
  'other-service',
] as const
type ActorName = (typeof actors)[number]

/** What each of the actors is answered, in their order; `ok` is any success. */
const answers = {
  everybody: 'ok  ok  ok  ok  ok  ok   ok  ok  ok  ok  ok',
  self: '401 ok  ok  ok  ok  ok   ok  ok  ok  ok  ok',
  ownAccount: '401 ok  ok  ok  ok  ok   403 403 ok  403 403',
  atThePage: '401 ok  ok  ok  ok  ok   403 403 403 403 403',
  lastAdministrator: '401 ok  ok  ok  ok  409  403 403 403 403 403',
  listOfServices: '401 ok  ok  ok  ok  ok   ok  ok  ok  ok  ok',
  listOfTeams: '401 ok  ok  ok  ok  ok   ok  ok  ok  ok  403',
  someTeam: '401 ok  ok  ok  ok  ok   403 403 ok  ok  403',
  upload: '401 ok  ok  ok  ok  ok   403 ok  ok  ok  ok',
  reads: '401 404 ok  ok  ok  ok   ok  ok  ok  404 404',
  deploys: '401 404 403 ok  ok  ok   403 ok  ok  404 404',
  manages: '401 404 403 ok  ok  ok   403 403 ok  404 404',
  deletes: '401 404 403 403 ok  ok   403 403 ok  404 404',
  moves: '401 404 403 403 ok  ok   403 403 ok  404 403',
  createsInTeam: '401 404 403 ok  ok  ok   403 403 ok  404 403',
  readsTeam: '401 404 ok  ok  ok  ok   ok  ok  ok  404 403',
  managesTeam: '401 404 403 403 ok  ok   403 403 ok  404 403',
  administrators: '401 403 403 403 403 ok   403 403 403 403 403',
} as const

type Asked = {
  params?: Record<string, string>
  query?: Record<string, string>
  payload?: unknown
  headers?: Record<string, string>
}
type Sample = (world: World, actor: Actor) => Promise<Asked> | Asked
type RouteName = keyof typeof gatewayRoutes

/** Every route: what it answers to whom, and a request that succeeds for those who may. */
const table: Record<RouteName, readonly [answer: keyof typeof answers, sample: Sample]> = {
  getPlatform: ['everybody', () => ({})],
  readInvitation: ['everybody', async world => ({ payload: { token: await world.invitation() } })],

  getMe: ['self', () => ({})],
  updateMe: ['ownAccount', () => ({ payload: { language: 'es' } })],
  listFormats: ['self', () => ({})],
  listKeys: ['self', () => ({})],
  createKey: ['atThePage', () => ({ payload: { name: 'new' } })],
  deleteKey: ['atThePage', async (world, actor) => ({ params: { id: await world.key(actor) } })],
  listSessions: ['self', () => ({})],
  deleteSession: ['atThePage', async (world, actor) => ({ params: { id: await world.otherSession(actor) } })],
  deleteOtherSessions: ['atThePage', () => ({})],
  acceptInvitation: ['ownAccount', async world => ({ payload: { token: await world.invitation() } })],
  exportMe: ['ownAccount', () => ({})],
  eraseMe: [
    'lastAdministrator',
    (_, { person }) => ({ payload: { username: person?.username ?? '', password: passwordOf(person) } }),
  ],
  createTeam: ['ownAccount', world => ({ payload: { name: world.name('Equipo') } })],
  leaveTeam: ['ownAccount', async world => ({ params: { id: (await world.team({ withOwner: true })).id } })],

  createUpload: ['upload', () => ({ payload: { files: [{ path: 'a', sha256: '0'.repeat(64), size: 1 }] } })],
  putBlob: [
    'upload',
    () => {
      const payload = randomBytes(20)
      const sha256 = createHash('sha256').update(payload).digest('hex')
      return { params: { sha256 }, payload, headers: { 'content-type': 'application/octet-stream' } }
    },
  ],

  getName: ['someTeam', () => ({ params: { name: 'libre' } })],
  createService: [
    'createsInTeam',
    async world => ({
      payload: {
        name: world.name('nuevo'),
        team_id: world.base,
        service_type: 'docker',
        service_format: 'web',
        storage_gb: 1,
        ram_mb: 64,
      },
    }),
  ],
  listServices: ['listOfServices', () => ({})],
  getService: ['reads', async world => ({ params: { id: await world.service() } })],
  updateService: ['manages', async world => ({ params: { id: await world.service() }, payload: { ram_mb: 128 } })],
  deleteService: ['deletes', async world => ({ params: { id: await world.service() } })],
  moveService: [
    'moves',
    async (world, { person }) => ({
      params: { id: await world.service() },
      payload: { team_id: person?.team_id ?? world.base },
    }),
  ],
  streamEvents: ['reads', async world => ({ params: { id: await world.service() } })],
  streamLogs: ['reads', async world => ({ params: { id: await world.service() } })],
  listReleases: ['reads', async world => ({ params: { id: await world.service() } })],
  createRelease: [
    'deploys',
    async world => ({
      params: { id: await world.service() },
      ...(await encodeForm(makeForm({ files: [['index.html', world.name('hola')]] }))),
    }),
  ],
  rollback: [
    'deploys',
    async world => {
      const { id, release_id } = await world.published()
      return { params: { id }, payload: { release_id } }
    },
  ],
  actOnService: ['manages', async world => ({ params: { id: await world.service(), action: 'restart' } })],
  listServiceApprovals: ['reads', async world => ({ params: { id: await world.service() } })],
  listDomains: ['reads', async world => ({ params: { id: await world.service() } })],
  addDomain: [
    'manages',
    async world => ({ params: { id: await world.service() }, payload: { name: `${world.name('www')}.example.org` } }),
  ],
  removeDomain: ['manages', async world => ({ params: await world.domain() })],
  checkDomain: ['manages', async world => ({ params: await world.domain() })],
  readTraffic: ['reads', async world => ({ params: { id: await world.service() } })],

  listTeams: ['listOfTeams', () => ({})],
  getTeam: ['readsTeam', async world => ({ params: { id: (await world.team()).id } })],
  updateTeam: [
    'managesTeam',
    async world => ({ params: { id: (await world.team()).id }, payload: { name: world.name('Otro') } }),
  ],
  deleteTeam: ['managesTeam', async world => ({ params: { id: (await world.team()).id } })],
  listMembers: ['readsTeam', async world => ({ params: { id: (await world.team()).id } })],
  addMember: [
    'managesTeam',
    async world => ({
      params: { id: (await world.team()).id },
      payload: { username: (await world.person()).username, role: 'viewer' },
    }),
  ],
  updateMember: [
    'managesTeam',
    async world => {
      const { id, member } = await world.team()
      return { params: { id, person_id: member.id }, payload: { role: 'developer' } }
    },
  ],
  removeMember: [
    'managesTeam',
    async world => {
      const { id, member } = await world.team()
      return { params: { id, person_id: member.id } }
    },
  ],
  getQuota: ['readsTeam', async world => ({ params: { id: (await world.team()).id } })],
  listTeamAudit: ['managesTeam', async world => ({ params: { id: (await world.team()).id } })],
  listInvitations: ['managesTeam', async world => ({ query: { team_id: (await world.team()).id } })],
  createInvitation: [
    'managesTeam',
    async world => ({ payload: { team_id: (await world.team()).id, role: 'viewer', email: null } }),
  ],
  importInvitations: [
    'managesTeam',
    async world => ({ payload: { team_id: (await world.team()).id, role: 'viewer', csv: 'zoe@example.org' } }),
  ],
  deleteInvitation: ['managesTeam', async world => ({ params: { id: await world.teamInvitation() } })],

  createPerson: ['administrators', world => ({ payload: { username: world.name('persona') } })],
  listPeople: ['administrators', () => ({})],
  updatePerson: [
    'administrators',
    async world => ({ params: { id: (await world.person()).id }, payload: { disabled: true } }),
  ],
  createResetLink: ['administrators', world => ({ params: { id: world.known.id }, payload: {} })],
  setQuota: [
    'administrators',
    async world => ({ params: { id: (await world.team()).id }, payload: { overrides: { services: 3 } } }),
  ],
  listPlans: ['administrators', () => ({})],
  createPlan: ['administrators', world => ({ payload: newPlan(world.name('Plan')) })],
  updatePlan: [
    'administrators',
    async world => ({ params: { id: await world.plan() }, payload: { edge_class: 'large' } }),
  ],
  deletePlan: ['administrators', async world => ({ params: { id: await world.plan() } })],
  listNodes: ['administrators', () => ({})],
  updateNode: ['administrators', () => ({ params: { id: 'lab' }, payload: { overcommit: { cpus: 3 } } })],
  deleteNode: ['administrators', async world => ({ params: { id: await world.node() } })],
  listApprovals: ['administrators', () => ({})],
  approve: ['administrators', async world => ({ params: { id: await world.approval() }, payload: {} })],
  refuse: ['administrators', async world => ({ params: { id: await world.approval() }, payload: { reason: 'No.' } })],
  listAudit: ['administrators', () => ({})],
  exportAudit: ['administrators', () => ({})],
  verifyAudit: ['administrators', () => ({})],
  rotateSecrets: ['administrators', () => ({})],
  readDns: ['administrators', () => ({})],
  listEdges: ['administrators', () => ({})],
  createEdge: ['administrators', world => ({ payload: { name: world.name('edge') } })],
  deleteEdge: ['administrators', async world => ({ params: { id: await world.edge() } })],
}

const passwordOf = (person: Person | undefined): string =>
  person?.is_administrator ? administrator.password : 'a good password'

const newPlan = (name: string) => ({
  name,
  limits: {
    services: 1,
    cpus: 1,
    ram_mb: 1,
    storage_gb: 1,
    machines: 1,
    uploads_per_day: 1,
    releases_kept: 1,
    custom_domains: 1,
  },
  self_service: { cpus: 1, ram_mb: 1, storage_gb: 1, machines: false },
  edge_class: 'small' as const,
  is_default: false,
})

type Actor = { name: ActorName; person: Person | undefined; cookie: string; headers: Record<string, string> }

let server: TestServer
let installation: TestInstallation
let world: World

beforeAll(async () => {
  server = await startTestServer()
  installation = await startInstallation(server)
  world = await openWorld(installation)
})
afterAll(async () => {
  await installation.close()
  await server.stop()
})

type World = Awaited<ReturnType<typeof openWorld>>

/** The actors, and a way to make what a request is about: anew for each, so that no request changes what the next one finds. */
const openWorld = async ({ ports, signUp, signIn, send }: TestInstallation) => {
  let count = 0
  const name = (word: string): string => {
    count += 1
    return `${word}-${count}`
  }
  const register = async (): Promise<{ person: Person; cookie: string; email: string }> => {
    const username = name('alguien')
    const email = `${username}@example.org`
    const cookie = await signUp(email, { username })
    const person = await ports.people.findByUsername(username)
    if (!person) throw new Error('sign-up made nobody')
    return { person, cookie, email }
  }
  const makeKey = async (cookie: string, limits: object): Promise<string> => {
    const { status, body } = await send({
      method: 'POST',
      url: '/api/v1/keys',
      headers: { cookie, origin },
      payload: { name: 'test', ...limits },
    })
    expect(status).toBe(201)
    return String(body.key)
  }
  const newService = (person: Person, more: Partial<NewService> = {}): NewService => ({
    team_id: person.team_id,
    owner_id: person.id,
    name: name('servicio'),
    service_type: 'docker',
    service_format: 'web',
    resources: { storage_gb: 1, ram_mb: 64, cpus: 0.1 },
    additional_requirements: {},
    release: null,
    ...more,
  })

  const admin = { cookie: await signIn(administrator.email, administrator.password) }
  const root = (await ports.people.listPeople({ limit: 10, cursor: undefined })).items.find(
    ({ is_administrator }) => is_administrator,
  )
  if (!root) throw new Error('there is no administrator')
  const noLimits = {
    services: null,
    cpus: null,
    ram_mb: null,
    storage_gb: null,
    machines: null,
    uploads_per_day: null,
    releases_kept: null,
    custom_domains: null,
  }
  const { id: base } = await ports.teams.createTeam({ name: 'Base', owner_id: root.id })
  await ports.quotas.setQuota(base, { overrides: noLimits })
  await ports.quotas.recordNode({
    id: 'lab',
    kind: 'vm',
    capacity: { cpus: 10_000, ram_mb: 1_000_000, storage_gb: 1_000_000 },
  })
  const roles: { person: Person; role: 'owner' | 'developer' | 'viewer' }[] = []

  /** Somebody who is in every team of the tests with this role. */
  const join = async (role: 'owner' | 'developer' | 'viewer' | null) => {
    const made = await register()
    if (role) {
      roles.push({ person: made.person, role })
      await ports.teams.addMember(base, made.person.id, role)
    }
    return made
  }
  const atPage = (actor: ActorName, { person, cookie }: { person: Person; cookie: string }): Actor => ({
    name: actor,
    person,
    cookie,
    headers: { cookie, origin },
  })
  const withKey = async (actor: ActorName, limitsFor: (person: Person) => Promise<object> | object): Promise<Actor> => {
    const { person, cookie } = await join('owner')
    const key = await makeKey(cookie, await limitsFor(person))
    return { name: actor, person, cookie, headers: { authorization: `Bearer ${key}` } }
  }
  const everybody: Record<ActorName, Actor> = {
    nobody: { name: 'nobody', person: undefined, cookie: '', headers: {} },
    stranger: atPage('stranger', await join(null)),
    viewer: atPage('viewer', await join('viewer')),
    developer: atPage('developer', await join('developer')),
    owner: atPage('owner', await join('owner')),
    administrator: atPage('administrator', { person: root, cookie: admin.cookie }),
    read: await withKey('read', () => ({ scope: 'read' })),
    deploy: await withKey('deploy', () => ({ scope: 'deploy' })),
    manage: await withKey('manage', () => ({ scope: 'manage' })),
    'other-team': await withKey('other-team', ({ team_id }) => ({ team_id })),
    'other-service': await withKey('other-service', async person => {
      const { id } = await ports.desired.createService(newService(person, { team_id: base }))
      return { service_id: id }
    }),
  }
  const known = (await register()).person

  const person = (): Promise<Person> =>
    ports.people.createPerson({
      username: name('conocido'),
      external_id: null,
      email: null,
      name: 'x',
      is_administrator: false,
      account_id: null,
    })
  const team = async (options: { withOwner?: boolean } = {}): Promise<{ id: TeamId; member: Person }> => {
    const { id } = await ports.teams.createTeam({ name: name('Grupo'), owner_id: root.id })
    for (const each of roles) await ports.teams.addMember(id, each.person.id, each.role)
    if (options.withOwner) {
      const { stranger } = everybody
      if (stranger.person) await ports.teams.addMember(id, stranger.person.id, 'viewer')
      await ports.teams.addMember(id, known.id, 'owner')
    }
    const member = await person()
    await ports.teams.addMember(id, member.id, 'viewer')
    return { id, member }
  }
  const makeService = (more: Partial<NewService> = {}) =>
    ports.desired.createService(newService(root, { team_id: base, ...more }))
  const invite = async (team_id: TeamId): Promise<{ token: string; id: string }> => {
    const token = createToken()
    const expires_at = new Date(ports.clock.now().getTime() + 3_600_000)
    const [made] = await ports.invitations.createInvitations([
      { team_id, role: 'viewer', email: null, invited_by: root.id, token_hash: hashToken(token), expires_at },
    ])
    return { token, id: made?.id ?? '' }
  }

  return {
    name,
    base,
    known,
    everybody,
    person,
    team,
    /** For a route that ends its actor: another one like it. */
    another: async (actor: Actor): Promise<Actor> => ({ ...atPage(actor.name, await register()) }),
    service: async (): Promise<string> => (await makeService()).id,
    published: async () => {
      const { id, release_id } = await makeService({ release: { files: [], warnings: [] } })
      return { id, release_id: release_id ?? '' }
    },
    domain: async () => {
      const domain = `${name('web')}.example.org`
      const { id } = await makeService({ domains: [domain] })
      return { id, name: domain }
    },
    approval: async (): Promise<string> => {
      const { id } = await makeService({ service_type: 'vm' })
      const { items } = await ports.approvals.listApprovals({ status: 'pending' }, { limit: 200, cursor: undefined })
      return items.find(({ service_id }) => service_id === id)?.id ?? 'none'
    },
    plan: async (): Promise<string> => (await ports.quotas.createPlan(newPlan(name('Plan')))).id,
    node: async (): Promise<string> => {
      const id = name('host')
      await ports.quotas.recordNode({ id, kind: 'vm', capacity: { cpus: 1, ram_mb: 1, storage_gb: 1 } })
      return id
    },
    edge: async (): Promise<string> =>
      (await ports.edges.createEdge({ name: name('edge'), token_hash: hashToken(name('token')) })).id,
    invitation: async (): Promise<string> => {
      const made = await person()
      const { id } = await ports.teams.createTeam({ name: name('Invita'), owner_id: made.id })
      return (await invite(id)).token
    },
    teamInvitation: async (): Promise<string> => (await invite((await team()).id)).id,
    key: async ({ cookie }: Actor): Promise<string> => {
      if (cookie === '') return 'none'
      const headers = { cookie, origin }
      const { body } = await send({ method: 'POST', url: '/api/v1/keys', headers, payload: { name: 'spare' } })
      return String(body.id)
    },
    otherSession: async ({ person: somebody, cookie }: Actor): Promise<string> => {
      if (!somebody) return 'none'
      const password = passwordOf(somebody)
      const email = somebody.id === root.id ? administrator.email : `${somebody.username}@example.org`
      await signIn(email, password)
      const { body } = await send({ method: 'GET', url: '/api/v1/sessions', headers: { cookie } })
      const { items } = body as unknown as { items: { id: string; is_current: boolean }[] }
      return items.find(({ is_current }) => !is_current)?.id ?? 'none'
    },
  }
}

/** The status, and what is said about it; of a stream that has no end, only that it begins. */
const call = async (actor: Actor, route: Route, asked: Asked): Promise<{ status: number; text: string }> => {
  const path = route.path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(asked.params?.[part] ?? 'none'))
  const response = await installation.app.inject({
    method: route.method,
    url: `/api/v1${path}?${new URLSearchParams(asked.query)}`,
    headers: { host: new URL(origin).host, ...actor.headers, ...asked.headers },
    ...(asked.payload === undefined ? {} : { payload: asked.payload as object }),
    payloadAsStream: true,
  })
  const stream = response.stream()
  if (route.answerType === 'text/event-stream' && response.statusCode === 200) {
    stream.destroy()
    return { status: 200, text: '' }
  }
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return { status: response.statusCode, text: Buffer.concat(chunks).toString() }
}

const routes = Object.entries(gatewayRoutes) as [RouteName, Route][]

test('every route has a row in the table, and every permission is in the table of rights', () => {
  expect(Object.keys(table).toSorted()).toEqual(Object.keys(gatewayRoutes).toSorted())
  for (const [, { permission }] of routes) expect(Object.keys({ ...rights, public: true })).toContain(permission)
  for (const row of Object.values(answers)) expect(row.split(/ +/)).toHaveLength(actors.length)
  const count = `${routes.length} routes x ${actors.length} actors = ${routes.length * actors.length}`
  process.stdout.write(`permissions: ${count} requests\n`)
})

test.each(routes)('%s answers each actor as the table says', async (name, route) => {
  const [row, sample] = table[name]
  const expected = answers[row].split(/ +/)
  const told: Record<string, string> = {}
  const wanted: Record<string, string> = {}
  for (const [index, actorName] of actors.entries()) {
    const registered = world.everybody[actorName]
    const ends = name === 'eraseMe' && registered.headers.cookie && actorName !== 'administrator'
    const actor = ends ? await world.another(registered) : registered
    const { status, text } = await call(actor, route, await sample(world, actor))
    const isExpected = String(status) === expected[index] || (status < 300 && expected[index] === 'ok')
    told[actorName] = isExpected ? (expected[index] ?? '') : `${status} ${text.slice(0, 300)}`
    wanted[actorName] = expected[index] ?? ''
  }
  expect(told).toEqual(wanted)
})
