import { pipeline } from 'node:stream/promises'
import { AppError, type AuditCheckAnswer, auditCheck } from '@parcela/contract'
import { readLines } from '../connection/read-lines.ts'
import { printable } from '../terminal/printable.ts'
import { renderTable } from '../terminal/render-table.ts'
import { paint, printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

type Wanted = {
  actor?: string
  action?: string
  object?: string
  outcome?: string
  from?: string
  to?: string
  search?: string
}

export type AuditListOptions = Wanted & { limit: number; json?: boolean }
export type AuditVerifyOptions = { noted?: string; json?: boolean }

/** Prints who did what, newest first. */
export const listAudit = async (context: Context, options: AuditListOptions): Promise<void> => {
  const { output, notes } = context.terminal
  const rows = await (await openGateway(context)).listAudit(toQuery(options), options.limit)
  if (options.json) return printLine(output, JSON.stringify(rows, null, 2))
  if (rows.length === 0) return printLine(notes, 'There is nothing like this in the audit trail.')
  const cells = rows.map(row => [
    String(row.seq),
    row.at.slice(0, 19).replace('T', ' '),
    row.actor?.username ?? '-',
    row.action,
    [row.object_type, row.object_id].filter(Boolean).join(' ') || '-',
    row.error_code ? `${row.outcome} (${row.error_code})` : row.outcome,
    row.address ?? '-',
  ])
  const head = ['ROW', 'TIME (UTC)', 'WHO', 'WHAT', 'ON', 'OUTCOME', 'FROM']
  printLine(output, renderTable([head, ...cells.map(row => row.map(printable))]))
}

/** Prints everything as CSV, for a spreadsheet or another archive. */
export const exportAudit = async (context: Context, options: Wanted): Promise<void> => {
  const body = await (await openGateway(context)).openAuditExport(toQuery(options), context.signal)
  await pipeline(body, context.terminal.output, { end: false })
}

/** Has every hash recomputed. `rejected` with the first row that is not as it was written. */
export const verifyAudit = async (context: Context, { noted, json }: AuditVerifyOptions): Promise<void> => {
  const { terminal, signal } = context
  const body = await (await openGateway(context)).openAuditCheck(noted, signal)
  let check: AuditCheckAnswer | undefined
  for await (const line of readLines(body)) {
    if (line === '') continue
    check = auditCheck.parse(JSON.parse(line))
    if (!check.is_complete && terminal.isInteractive) printLine(terminal.notes, `${check.rows} rows so far`)
  }
  if (!check?.is_complete) throw new AppError('unavailable', 'The check broke off before its end. Run it again.')
  if (json) printLine(terminal.output, JSON.stringify(check, null, 2))
  const { rows, head, problem } = check
  if (problem) {
    throw new AppError(
      'rejected',
      `Row ${problem.seq} of the audit trail: ${problem.message} (${rows} rows before it are sound.)`,
    )
  }
  if (json) return
  printLine(terminal.output, paint(terminal, 'green', `${rows} rows, all as they were written.`))
  if (!head) return
  printLine(terminal.output, `Head: ${head.seq}:${head.hash}`)
  printLine(
    terminal.notes,
    'Note the head outside of this machine; later, check against it: parcela audit verify --noted HEAD',
  )
}

const toQuery = ({ actor, action, object, outcome, from, to, search }: Wanted): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ actor, action, object_id: object, outcome, from: toTime(from), to: toTime(to), search }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    ),
  )

/** A day is its beginning, in UTC. */
const toTime = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time.toISOString()
  throw new AppError('invalid', `${text} is no time. Write it as 2026-11-23, or 2026-11-23T10:00:00Z.`)
}
