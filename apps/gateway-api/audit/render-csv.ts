import type { AuditRow } from '@parcela/core'

const columns = [
  'seq',
  'at',
  'actor_id',
  'actor_username',
  'through',
  'through_id',
  'address',
  'user_agent',
  'request_id',
  'action',
  'object_type',
  'object_id',
  'team_id',
  'outcome',
  'status',
  'error_code',
  'before',
  'after',
  'previous',
  'hash',
] as const

/** RFC 4180, a row with the names first. */
export async function* renderCsv(rows: AsyncIterable<AuditRow>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for await (const row of rows) yield renderRow(row)
}

const renderRow = ({ actor, ...row }: AuditRow): string => {
  const cells = {
    ...row,
    at: row.at.toISOString(),
    actor_id: actor?.id,
    actor_username: actor?.username,
    before: row.before && JSON.stringify(row.before),
    after: row.after && JSON.stringify(row.after),
  }
  return `${columns.map(name => renderCell(cells[name])).join(',')}\r\n`
}

/**
 * Spreadsheets take a cell that begins with one of these for a formula, and run it: a quote before it makes it text
 * (OWASP, "CSV injection"). Users write some of the cells.
 */
const formula = /^[=+\-@\t\r\n|]/

const renderCell = (value: string | number | null | undefined): string => {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
