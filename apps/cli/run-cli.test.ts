import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCredentialsStore } from './connection/credentials.ts'
import { runCli } from './run-cli.ts'
import { newApproval, newDomain, startTestGateway, statusEvent } from './test-gateway.ts'

let gateway: Awaited<ReturnType<typeof startTestGateway>>
let folder: string

beforeEach(async () => {
  gateway = await startTestGateway()
  folder = await mkdtemp(join(tmpdir(), 'parcela-cli-'))
})
afterEach(async () => {
  await gateway.stop()
  await rm(folder, { recursive: true })
})

const credentialsFile = () => join(folder, 'config/parcela/credentials.json')

const parcela = async (argv: string[], options: { input?: string; apiKey?: string; url?: string } = {}) => {
  const said = { output: '', notes: '' }
  const collect = (name: 'output' | 'notes') =>
    new Writable({
      write: (part, _encoding, done) => {
        said[name] += part
        done()
      },
    })
  const code = await runCli(argv, {
    terminal: {
      input: Readable.from([Buffer.from(options.input ?? '')]),
      output: collect('output'),
      notes: collect('notes'),
      isInteractive: false,
      hasColour: false,
    },
    credentials: createCredentialsStore(credentialsFile()),
    local: { pageUrl: undefined, caFile: undefined },
    given: { url: options.url, apiKey: options.apiKey },
    machine: 'laptop',
    signal: new AbortController().signal,
  })
  return { code, ...said }
}

const signIn = () =>
  parcela(['login', gateway.url, '--email', 'ana@example.org', '--password-stdin'], { input: 'correct horse\n' })

const makeSite = async (files: Record<string, string>, name = 'my-site') => {
  const site = join(folder, name)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(site, path, '..'), { recursive: true })
    await writeFile(join(site, path), content)
  }
  return site
}

describe('login', () => {
  it('keeps an API key in a file that only its owner may read, and leaves no session behind', async () => {
    expect(await signIn()).toMatchObject({ code: 0, notes: `Signed in to ${gateway.url} as ana.\n` })
    expect((await stat(credentialsFile())).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(credentialsFile(), 'utf8'))).toEqual({
      current: gateway.url,
      servers: { [gateway.url]: { api_key: 'parcela_key', email: 'ana@example.org' } },
    })
    expect(gateway.state.sessions).toBe(0)
  })

  it('says what the server says of a wrong password, and keeps nothing', async () => {
    const wrong = await parcela(['login', gateway.url, '--email', 'a@b.c', '--password-stdin'], { input: 'no\n' })
    expect(wrong).toMatchObject({ code: 3, notes: expect.stringContaining('Invalid email or password') })
    await expect(stat(credentialsFile())).rejects.toThrow('ENOENT')
  })

  it.each(['123456', '123 456', 'abcde-fghij'])('gives the second factor where the account has one: %s', async code => {
    const argv = ['login', gateway.url, '--email', 'two@example.org', '--password-stdin', '--code', code]
    expect(await parcela(argv, { input: 'correct horse\n' })).toMatchObject({ code: 0 })
    expect(JSON.parse(await readFile(credentialsFile(), 'utf8')).current).toBe(gateway.url)
    expect(gateway.state.sessions).toBe(0)
  })

  it('keeps nothing with a wrong code, and names the option where nobody can be asked for one', async () => {
    const argv = ['login', gateway.url, '--email', 'two@example.org', '--password-stdin']
    const wrong = await parcela([...argv, '--code', '000000'], { input: 'correct horse\n' })
    expect(wrong).toMatchObject({ code: 3, notes: expect.stringContaining('Invalid code') })
    const unasked = await parcela(argv, { input: 'correct horse\n' })
    expect(unasked).toMatchObject({ code: 1, notes: expect.stringContaining('--code') })
    await expect(stat(credentialsFile())).rejects.toThrow('ENOENT')
  })

  it('takes an API key from standard input', async () => {
    expect(await parcela(['login', gateway.url, '--api-key', '-'], { input: 'parcela_key\n' })).toMatchObject({
      code: 0,
    })
  })

  it('names the option to use where nobody can be asked', async () => {
    expect(await parcela(['login', gateway.url])).toMatchObject({ code: 1, notes: expect.stringContaining('--email') })
  })

  it('sends no password over plain HTTP to another machine', async () => {
    const refused = await parcela(['login', 'http://parcela.example.org', '--email', 'a@b.c', '--password-stdin'])
    expect(refused).toMatchObject({ code: 1, notes: expect.stringContaining('must begin with https://') })
  })
})

describe('publish', () => {
  beforeEach(signIn)

  it('sends a folder under its name, tells each step with its time, and prints the address alone on standard output', async () => {
    const site = await makeSite({ 'index.html': '<h1>', 'css/a.css': 'a{}', '.git/config': 'x', '.DS_Store': 'x' })
    const { code, output, notes } = await parcela(['publish', site])
    expect(notes).toContain('2 files, 7 bytes')
    expect(notes).toMatch(/build-image +412 ms/)
    expect(output).toBe('https://my-site.apps.localhost:8443\n')
    expect(code).toBe(0)
    expect(gateway.state.blobs.size).toBe(2)
    expect(gateway.state.services.get('my-site')).toMatchObject({ ram_mb: 128 })
  })

  it('publishes a new release of a site that is there, and sends only what the server lacks', async () => {
    const site = await makeSite({ 'index.html': 'one', 'same.txt': 'same' })
    await parcela(['publish', site])
    await writeFile(join(site, 'index.html'), 'two')
    const again = await parcela(['publish', site, '--ram', '256'])
    expect(again).toMatchObject({ code: 0, notes: expect.stringContaining('1 of 2 files') })
    expect(again.notes).toContain('note: There is no index.html.')
    expect(gateway.state).toMatchObject({ releases: 1 })
    expect(gateway.state.services.get('my-site')).toMatchObject({ ram_mb: 256, release_id: 'rel_2' })
  })

  it('sends an empty file and two files of the same content', async () => {
    const site = await makeSite({ empty: '', a: 'x', b: 'x' })
    expect(await parcela(['publish', site])).toMatchObject({ code: 0 })
    expect(gateway.state.blobs.size).toBe(2)
  })

  it('takes a broken stream of events up where it broke off', async () => {
    gateway.state.brokenStreams = 1
    expect(await parcela(['publish', await makeSite({ a: 'a' })])).toMatchObject({ code: 0 })
    expect(gateway.state.resumedFrom).toEqual(['1'])
  })

  it('ends with the reason when the release fails, and says what still serves', async () => {
    gateway.state.script = service => [
      statusEvent(service, {
        status: 'failed',
        serving_release_id: 'rel_0',
        status_reason: { code: 'rejected', message: 'It ended with code 1.', step: 'await-healthy' },
      }),
    ]
    const { code, notes, output } = await parcela(['publish', await makeSite({ a: 'a' })])
    expect({ code, output }).toEqual({ code: 1, output: '' })
    expect(notes).toContain('await-healthy: It ended with code 1. What was published before keeps serving.')
  })

  it('says so when a later publish takes its place', async () => {
    gateway.state.script = service => [
      statusEvent(service, { generation: service.generation + 1, release_id: 'rel_9', status: 'updating' }),
    ]
    expect(await parcela(['publish', await makeSite({ a: 'a' })])).toMatchObject({
      code: 1,
      notes: expect.stringContaining('A later change took the place'),
    })
  })

  it('gives up waiting after the given time, with an exit code of its own', async () => {
    gateway.state.script = () => []
    expect(await parcela(['publish', await makeSite({ a: 'a' }), '--timeout', '1'])).toMatchObject({
      code: 5,
      notes: expect.stringContaining('Not live in time'),
    })
  })

  it('gives up in the same way when the work is under way and its events stay open', async () => {
    gateway.state.script = service => [statusEvent(service, { status: 'building', serving_release_id: null })]
    expect(await parcela(['publish', await makeSite({ a: 'a' }), '--timeout', '1'])).toMatchObject({
      code: 5,
      notes: expect.stringContaining('Not live in time'),
    })
  })

  it('names every file that cannot be published before anything is sent', async () => {
    const site = await makeSite({ 'index.html': 'x', 'a.txt': '1', 'A.txt': '2' })
    await symlink('/etc/passwd', join(site, 'link'))
    const { code, notes } = await parcela(['publish', site])
    expect(code).toBe(1)
    expect(notes).toContain('link: is a symbolic link')
    expect(notes).toMatch(/a\.txt.*same name/i)
    expect(gateway.state.uploads.size).toBe(0)
  })

  it('refuses a folder that is empty, missing, or gives no name', async () => {
    await mkdir(join(folder, 'empty'))
    expect(await parcela(['publish', join(folder, 'empty')])).toMatchObject({
      code: 1,
      notes: expect.stringContaining('nothing to publish'),
    })
    expect(await parcela(['publish', join(folder, 'nowhere')])).toMatchObject({ code: 4 })
    expect(await parcela(['publish', await makeSite({ a: 'a' }, '¿?')])).toMatchObject({
      code: 1,
      notes: expect.stringContaining('--name'),
    })
  })

  it('does not publish over a site of somebody else, although an administrator sees it', async () => {
    const site = await makeSite({ a: 'a' })
    await parcela(['publish', site])
    Object.assign(gateway.state.services.get('my-site') ?? {}, { user_id: 'other', username: 'berta' })
    expect(await parcela(['publish', site])).toMatchObject({
      code: 1,
      notes: expect.stringContaining('belongs to berta'),
    })
  })

  it('offers the free name that the server suggests', async () => {
    const refused = await parcela(['publish', await makeSite({ a: 'a' }), '--name', 'taken'])
    expect(refused).toMatchObject({ code: 1, notes: expect.stringContaining('taken-2 is free.') })
  })
})

describe('the other commands', () => {
  beforeEach(async () => {
    await signIn()
    await parcela(['publish', await makeSite({ a: 'a' })])
  })

  it('list prints a table, or JSON', async () => {
    expect((await parcela(['list'])).output.split('\n')[1]).toBe(
      'my-site  running  https://my-site.apps.localhost:8443  1.3 MB  2026-01-02 03:04',
    )
    expect(JSON.parse((await parcela(['list', '--json'])).output)).toHaveLength(1)
  })

  it('status says why a service is not what it should be', async () => {
    Object.assign(gateway.state.services.get('my-site') ?? {}, {
      status: 'failed',
      status_reason: { code: 'rejected', message: 'It ended by itself.', step: null },
    })
    expect((await parcela(['status', 'my-site'])).output).toContain('because    It ended by itself.')
  })

  it('logs prints lines with their time', async () => {
    expect((await parcela(['logs', 'my-site'])).output).toBe('2026-01-02T03:04:05.000Z GET / 200\ngrüße\n')
  })

  it('delete asks first, and waits until the name is free', async () => {
    expect(await parcela(['delete', 'my-site'])).toMatchObject({ code: 1, notes: expect.stringContaining('--yes') })
    expect(gateway.state.services.size).toBe(1)
    expect(await parcela(['delete', 'my-site', '--yes'])).toMatchObject({
      code: 0,
      notes: expect.stringContaining('gone'),
    })
    expect(gateway.state.services.size).toBe(0)
  })

  it('a service that is not there has an exit code of its own', async () => {
    expect(await parcela(['logs', 'nothing'])).toMatchObject({ code: 4 })
  })

  it('the environment may name server and key, for machines without a person', async () => {
    await rm(credentialsFile())
    expect(await parcela(['list'])).toMatchObject({ code: 3, notes: expect.stringContaining('parcela login') })
    expect(await parcela(['list'], { url: gateway.url, apiKey: 'parcela_key' })).toMatchObject({ code: 0 })
    expect(await parcela(['list'], { url: gateway.url, apiKey: 'wrong' })).toMatchObject({ code: 3 })
  })

  it.each([
    ['http://parcela.example.org', 'must begin with https://'],
    ['https://', 'is not the address of a server'],
  ])('sends no key to %s', async (url, problem) => {
    expect(await parcela(['list'], { url, apiKey: 'parcela_key' })).toMatchObject({
      code: 1,
      notes: expect.stringContaining(problem),
    })
  })

  it('wrong usage and a server that does not answer have exit codes of their own', async () => {
    expect(await parcela(['publish'])).toMatchObject({ code: 2 })
    expect(await parcela(['frobnicate'])).toMatchObject({ code: 2 })
    expect(await parcela(['publish', 'x', '--ram', 'much'])).toMatchObject({ code: 2 })
    expect(await parcela(['--help'])).toMatchObject({ code: 0, output: expect.stringContaining('Exit codes') })
    await gateway.stop()
    expect(await parcela(['list'])).toMatchObject({ code: 5, notes: expect.stringContaining('did not answer') })
  })
})

describe('how the world reaches a service', () => {
  beforeEach(async () => {
    await signIn()
    await parcela(['publish', await makeSite({ 'index.html': 'x' })])
  })
  const linesOf = (output: string): string[] => output.trimEnd().split('\n')

  it('domains add prints the records to set, the CNAME or the rest', async () => {
    const { code, output } = await parcela([
      'domains',
      'add',
      'my-site',
      'www.example.org',
      '--redirect-to',
      'example.org',
    ])
    expect(code).toBe(0)
    expect(gateway.state.askedOfDomains).toEqual(['POST {"name":"www.example.org","redirect_to":"example.org"}'])
    expect(linesOf(output)).toEqual([
      'www.example.org: waiting_for_dns',
      'Set one of these where the DNS of the name is managed:',
      'TYPE   NAME             VALUE                   SEEN',
      'CNAME  www.example.org  my-site.apps.localhost  no',
      'or',
      'TYPE  NAME                      VALUE        SEEN',
      'A     www.example.org           192.0.2.1    yes',
      'TXT   _parcela.www.example.org  parcela=abc  -',
    ])
  })

  it('domains list says how far each is, and repeats records for those that wait only', async () => {
    const reason = { code: 'rejected' as const, message: 'It says "\u001b[31mred".', step: 'check-domain' }
    const certificate = { not_before: '2026-01-01T00:00:00Z', not_after: '2026-04-01T00:00:00Z', serial: '01' }
    const active = {
      ...newDomain('ready.example'),
      status: 'active' as const,
      redirect_to: 'wait.example',
      certificate,
    }
    gateway.state.domains = [active, { ...newDomain('wait.example'), status_reason: reason }]
    const { output } = await parcela(['domains', 'list', 'my-site'])
    expect(linesOf(output).slice(0, 6)).toEqual([
      'NAME           STATUS           REDIRECTS        CERTIFICATE',
      'ready.example  active           to wait.example  until 2026-04-01',
      'wait.example   waiting_for_dns  -                -',
      '',
      'wait.example: waiting_for_dns',
      'It says "\ufffd[31mred".',
    ])
    expect(output).not.toContain('\u001b')
    expect(output).not.toContain('_parcela.ready.example')
    const json = await parcela(['domains', 'list', 'my-site', '--json'])
    expect(JSON.parse(json.output)).toHaveLength(2)
  })

  it('domains of a service without any says how to add one', async () => {
    const { code, output, notes } = await parcela(['domains', 'list', 'my-site'])
    expect([code, output]).toEqual([0, ''])
    expect(notes).toContain('parcela domains add my-site')
  })

  it('domains check and remove name the domain as it was written, whatever its letters', async () => {
    expect(await parcela(['domains', 'check', 'my-site', 'café.example'])).toMatchObject({
      code: 0,
      notes: expect.stringContaining('parcela domains list my-site'),
    })
    expect(await parcela(['domains', 'remove', 'my-site', 'café.example'])).toMatchObject({ code: 0, output: '' })
    expect(gateway.state.askedOfDomains).toEqual(['POST café.example check {}', 'DELETE café.example {}'])
  })

  it.each([[['domains', 'list', 'nothing']], [['domains', 'add', 'nothing', 'a.example']], [['traffic', 'nothing']]])(
    '%j of a service that is not there has an exit code of its own',
    async argv => {
      expect(await parcela(argv)).toMatchObject({ code: 4 })
    },
  )

  it('dns shows every value of every record', async () => {
    expect((await parcela(['dns'])).output).toContain('Nothing is published yet.')
    gateway.state.dns.items.push({ name: '*.apps.localhost', type: 'A', ttl: 60, values: ['192.0.2.1', '192.0.2.2'] })
    const { code, output } = await parcela(['dns'])
    expect(code).toBe(0)
    expect(linesOf(output)).toEqual([
      "server   Parcela's own server",
      'zones    apps.localhost',
      'records  one for each service',
      '',
      'NAME              TTL  TYPE  VALUE',
      '*.apps.localhost  60   A     192.0.2.1',
      '*.apps.localhost  60   A     192.0.2.2',
    ])
  })

  it('edges add prints the settings to start one with, list how far each is, and remove ends it', async () => {
    expect((await parcela(['edges', 'list'])).notes).toContain('parcela edges add')
    const { code, output } = await parcela(['edges', 'add', 'madrid'])
    expect(code).toBe(0)
    expect(linesOf(output)).toEqual([
      `PARCELA_EDGE_GATEWAY=${gateway.url}`,
      'PARCELA_EDGE_TOKEN=parcela_edge_token',
      'PARCELA_EDGE_PUBLIC_KEY=key',
    ])
    await parcela(['edges', 'add', 'lima'])
    const [madrid] = gateway.state.edges
    if (madrid)
      Object.assign(madrid, { seen_at: '2026-01-01T00:00:00.000Z', applied_version: 2, problem: 'disk\u001b[2J full' })
    expect(linesOf((await parcela(['edges', 'list'])).output)).toEqual([
      'NAME    LAST SEEN                 SERVES      PROBLEM',
      'madrid  2026-01-01T00:00:00.000Z  up to date  disk\ufffd[2J full',
      'lima    never                     behind      -',
    ])
    expect(await parcela(['edges', 'remove', 'madrid'])).toMatchObject({ code: 0, output: '' })
    expect(gateway.state.edges.map(({ name }) => name)).toEqual(['lima'])
    expect(await parcela(['edges', 'remove', 'madrid'])).toMatchObject({
      code: 4,
      notes: expect.stringContaining('There is no edge madrid'),
    })
  })

  it('traffic tells the total, and the hours that make it', async () => {
    expect(await parcela(['traffic', 'my-site'])).toMatchObject({
      code: 0,
      notes: expect.stringContaining('Nobody came'),
    })
    const point = (at: string, found: number, failed: number) => ({
      at,
      requests: { '1xx': 0, '2xx': found, '3xx': 0, '4xx': 0, '5xx': failed },
      bytes: 500,
      p50_ms: 1.5,
      p95_ms: 1200,
    })
    gateway.state.traffic.items = [
      point('2026-01-02T03:04:00.000Z', 2, 1),
      point('2026-01-02T03:59:00.000Z', 1, 0),
      point('2026-01-02T04:00:00.000Z', 4, 0),
    ]
    gateway.state.traffic.total = { ...point('', 7, 1), bytes: 1_500 }
    const { output } = await parcela(['traffic', 'my-site'])
    expect(linesOf(output)).toEqual([
      'requests     8',
      '  2xx        7',
      '  5xx        1',
      expect.stringMatching(/^sent +1\.5 kB$/),
      'half within  2 ms',
      '95 % within  1.2 s',
      '',
      'TIME (UTC)        REQUESTS  4XX  5XX  SENT',
      '2026-01-02 03:00  4         0    1    1.0 kB',
      '2026-01-02 04:00  4         0    0    500 bytes',
    ])
    expect(await parcela(['traffic', 'my-site', '--hours', 'many'])).toMatchObject({ code: 2 })
  })
})

describe('teams, quotas and approvals', () => {
  beforeEach(signIn)

  it('lists teams, and what one of them uses', async () => {
    expect((await parcela(['teams'])).output).toMatch(/taller +Taller +owner +2 +1 +team_1/)
    const { code, output } = await parcela(['quota', 'taller'])
    expect(code).toBe(0)
    expect(output).toContain('Plan: Standard')
    expect(output).toMatch(/services +1 +5\n/)
    expect(output).toMatch(/cpus +0\.5 +no limit\n/)
    expect(JSON.parse((await parcela(['quota', '--json'])).output)).toMatchObject({ team_id: 'team_1' })
    expect(await parcela(['quota', 'nobody'])).toMatchObject({
      code: 4,
      notes: expect.stringContaining('parcela teams'),
    })
  })

  it('lists what waits, approves it with less, and refuses it with a reason', async () => {
    expect((await parcela(['approvals', 'list'])).notes).toBe('Nothing waits for approval.\n')
    gateway.state.approvals = [newApproval]
    expect((await parcela(['approvals', 'list'])).output).toMatch(
      /apr_1 +grande +Taller +ana +1 cores, 1024 MB, 2 GB +ram_mb/,
    )
    expect(await parcela(['approvals', 'approve', 'apr_1', '--ram', '512'])).toMatchObject({
      code: 0,
      notes: 'grande is approved: 1 cores, 512 MB, 2 GB.\n',
    })
    expect(await parcela(['approvals', 'refuse', 'apr_1'])).toMatchObject({ code: 2 })
    await parcela(['approvals', 'refuse', 'apr_1', '--reason', 'Too much.'])
    expect(gateway.state.askedOfApprovals).toEqual([
      'apr_1/approve {"ram_mb":512}',
      'apr_1/refuse {"reason":"Too much."}',
    ])
  })
})
