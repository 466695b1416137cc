import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { AuditAnswer } from '@parcela/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCredentialsStore } from './connection/credentials.ts'
import { runCli } from './run-cli.ts'

/** What the server was asked, and what it says to each path. */
let asked: string[]
let answers: Record<string, { status?: number; type?: string; body: string }>
let close: () => Promise<void>
let url: string

beforeEach(async () => {
  asked = []
  answers = {}
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const { status = 200, type = 'application/json', body } = answers[pathname] ?? { status: 404, body: '{}' }
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => new Promise(resolve => server.close(() => resolve()))
})
afterEach(() => close())

const parcela = async (...argv: string[]) => {
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
      input: Readable.from([]),
      output: collect('output'),
      notes: collect('notes'),
      isInteractive: false,
      hasColour: false,
    },
    credentials: createCredentialsStore(join(tmpdir(), 'parcela-no-such-credentials.json')),
    local: { pageUrl: undefined, caFile: undefined },
    given: { url, apiKey: 'parcela_key' },
    machine: 'laptop',
    signal: new AbortController().signal,
  })
  return { code, ...said }
}

const row: AuditAnswer = {
  seq: 7,
  at: '2026-11-23T10:00:00.000Z',
  actor: { id: 'usr_1', username: 'ana' },
  through: 'session',
  through_id: 's1',
  address: '192.0.2.1',
  user_agent: 'a browser',
  request_id: 'req_1',
  action: 'updateService',
  object_type: 'service',
  object_id: 'svc_1\u001b[2J',
  team_id: null,
  outcome: 'refused',
  status: 409,
  error_code: 'conflict',
  before: null,
  after: null,
  previous: '0'.repeat(64),
  hash: 'f'.repeat(64),
}

const lines = (...checks: object[]) => ({
  type: 'application/x-ndjson',
  body: checks.map(check => `${JSON.stringify(check)}\n`).join(''),
})

const head = { seq: 7, hash: 'f'.repeat(64) }

test('audit list prints who did what, page by page, and no control characters of others', async () => {
  answers['/api/v1/audit'] = { body: JSON.stringify({ items: [row], next: null }) }
  const { code, output } = await parcela('audit', 'list', '--actor', 'ana', '--from', '2026-11-01', '--limit', '5')
  expect(code).toBe(0)
  expect(output.split('\n').slice(0, 2)).toEqual([
    'ROW  TIME (UTC)           WHO  WHAT           ON                 OUTCOME             FROM',
    '7    2026-11-23 10:00:00  ana  updateService  service svc_1\ufffd[2J  refused (conflict)  192.0.2.1',
  ])
  expect(asked).toEqual(['GET /api/v1/audit?actor=ana&from=2026-11-01T00%3A00%3A00.000Z&limit=5'])
  expect(await parcela('audit', 'list', '--from', 'yesterday')).toMatchObject({ code: 1, output: '' })
})

test('audit export hands the file on as it is', async () => {
  answers['/api/v1/audit/export'] = { type: 'text/csv', body: 'seq,at\r\n7,x\r\n' }
  expect(await parcela('audit', 'export', '--outcome', 'failed')).toMatchObject({
    code: 0,
    output: 'seq,at\r\n7,x\r\n',
  })
  expect(asked).toEqual(['GET /api/v1/audit/export?outcome=failed'])
})

test('audit verify tells how many rows are sound, and the head to note', async () => {
  answers['/api/v1/audit/verify'] = lines(
    { rows: 2_000, head, problem: null, is_complete: false },
    { rows: 2_007, head, problem: null, is_complete: true },
  )
  expect(await parcela('audit', 'verify')).toMatchObject({
    code: 0,
    output: `2007 rows, all as they were written.\nHead: 7:${head.hash}\n`,
  })
  await parcela('audit', 'verify', '--noted', `7:${head.hash}`)
  expect(asked[1]).toBe(`GET /api/v1/audit/verify?noted=7%3A${head.hash}`)
})

test('audit verify fails where a row was changed, and where the answer broke off', async () => {
  const problem = { seq: 3, message: 'The row was changed after it was written.' }
  answers['/api/v1/audit/verify'] = lines({ rows: 2, head, problem, is_complete: true })
  const changed = await parcela('audit', 'verify')
  expect([changed.code, changed.output]).toEqual([1, ''])
  expect(changed.notes).toContain('Row 3 of the audit trail: The row was changed')
  answers['/api/v1/audit/verify'] = lines({ rows: 2, head, problem: null, is_complete: false })
  expect((await parcela('audit', 'verify')).code).toBe(5)
})

test('secrets rotate tells the new key and what to back up', async () => {
  answers['/api/v1/secrets/rotate'] = { body: JSON.stringify({ key_id: '0123456789abcdef', secrets: 4 }) }
  const { code, output, notes } = await parcela('secrets', 'rotate')
  expect([code, output]).toEqual([0, 'The new key 0123456789abcdef is in place; 4 secrets are encrypted with it.\n'])
  expect(notes).toContain('secrets.key')
  expect(asked).toEqual(['POST /api/v1/secrets/rotate'])
})
