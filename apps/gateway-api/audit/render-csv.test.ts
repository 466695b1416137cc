import type { AuditRow } from '@parcela/core'
import { expect, test } from 'vitest'
import { renderCsv } from './render-csv.ts'

const row: AuditRow = {
  seq: 7,
  at: new Date('2026-11-23T10:00:00Z'),
  actor: { id: 'usr_1', username: 'ana' },
  through: 'session',
  through_id: 's1',
  address: '192.0.2.1',
  user_agent: '=HYPERLINK("http://evil.example","click")',
  request_id: 'req_1',
  action: 'updateService',
  object_type: 'service',
  object_id: '@SUM(1)',
  team_id: null,
  outcome: 'done',
  status: 202,
  error_code: null,
  before: { ram_mb: 64 },
  after: { note: 'a,\n"b"' },
  previous: '0'.repeat(64),
  hash: 'f'.repeat(64),
}

const render = async (rows: readonly AuditRow[]): Promise<string> => {
  async function* all(): AsyncGenerator<AuditRow> {
    yield* rows
  }
  let text = ''
  for await (const part of renderCsv(all())) text += part
  return text
}

test('cells that a spreadsheet would run become text, and quotes and commas stay inside their cell', async () => {
  const [names, cells] = (await render([row])).split('\r\n')
  expect(names).toMatch(/^seq,at,actor_id,.*,hash$/)
  expect(cells).toContain(`,"'=HYPERLINK(""http://evil.example"",""click"")",`)
  expect(cells).toContain(",'@SUM(1),")
  expect(cells).toContain('"{""ram_mb"":64}"')
  expect(cells).toMatch(/^7,2026-11-23T10:00:00\.000Z,usr_1,ana,session,s1,192\.0\.2\.1,/)
})

test.each(['+1', '-1', '\tx', '\rx', '|calc'])('%j is no formula any more', async text => {
  expect(await render([{ ...row, request_id: text }])).toMatch(new RegExp(`[,"]'\\${text}`))
})

test('an empty trail has the names of the columns', async () => {
  expect((await render([])).split('\r\n')).toHaveLength(2)
})
