import { AppError, emailAddress, type TeamRole, teamRole } from '@parcela/contract'
import { readCsv } from './read-csv.ts'

export type ClassRow = { line: number; email: string; role: TeamRole }

const mostRows = 500

/**
 * The rows of a class: one e-mail address per line, or columns `email` and `role` under a first line with their names. Throws one `invalid` with
 * every problem, by line.
 */
export const parseClass = (csv: string, defaultRole: TeamRole): ClassRow[] => {
  const problems: Problems = {}
  const records = readCsv(csv, (line, problem) => note(problems, line, problem))
  const header = findHeader(records[0]?.fields)
  const rows = (header ? records.slice(1) : records).flatMap(({ line, fields }) => {
    const row = parseRow(fields, { header: header ?? { email: 0, role: undefined }, defaultRole })
    if ('email' in row) return [{ line, ...row }]
    for (const problem of row.problems) note(problems, line, problem)
    return []
  })
  noteRepeated(problems, rows)
  if (records.length === 0 || (header && records.length === 1)) note(problems, 1, 'no e-mail address is here')
  if (rows.length > mostRows) note(problems, rows[mostRows]?.line ?? 1, `is beyond the ${mostRows} rows of one import`)
  throwProblems(problems)
  return rows
}

export type Problems = Record<string, string>

/** Adds what is wrong with a line to what is wrong with it already. */
export const note = (problems: Problems, line: number, problem: string): void => {
  const name = `line ${line}`
  problems[name] = problems[name] ? `${problems[name]}; ${problem}` : problem
}

/** All of them in one error, in the order of the lines; nothing when there are none. */
export const throwProblems = (problems: Problems): void => {
  const count = Object.keys(problems).length
  if (count === 0) return
  const lineOf = (name: string): number => Number(name.slice('line '.length))
  const fields = Object.fromEntries(Object.entries(problems).sort(([a], [b]) => lineOf(a) - lineOf(b)))
  const first = Object.entries(fields)[0]?.join(': ')
  throw new AppError(
    'invalid',
    `Nobody was invited: ${count} ${count === 1 ? 'line is' : 'lines are'} wrong. ${first}`,
    {
      details: { fields, reason: 'csv_invalid' },
    },
  )
}

type Header = { email: number; role: number | undefined }

const columnNames: Record<string, keyof Header> = {
  email: 'email',
  'e-mail': 'email',
  correo: 'email',
  role: 'role',
  rol: 'role',
}

/** The places of the columns, where the first line names them. */
const findHeader = (fields: readonly string[] | undefined): Header | undefined => {
  const names = (fields ?? []).map(field => columnNames[field.trim().toLowerCase()])
  const email = names.indexOf('email')
  if (email === -1) return undefined
  const role = names.indexOf('role')
  return { email, role: role === -1 ? undefined : role }
}

const parseRow = (
  fields: readonly string[],
  { header, defaultRole }: { header: Header; defaultRole: TeamRole },
): { email: string; role: TeamRole } | { problems: string[] } => {
  const email = emailAddress.safeParse(fields[header.email] ?? '')
  const written = (header.role === undefined ? '' : (fields[header.role] ?? '')).trim().toLowerCase()
  const role = written === '' ? ({ success: true, data: defaultRole } as const) : teamRole.safeParse(written)
  if (email.success && role.success) return { email: email.data, role: role.data }
  return {
    problems: [
      ...(email.success ? [] : [`email ${email.error.issues[0]?.message}`]),
      ...(role.success ? [] : [`role ${role.error?.issues[0]?.message}`]),
    ],
  }
}

const noteRepeated = (problems: Problems, rows: readonly ClassRow[]): void => {
  const seen = new Map<string, number>()
  for (const { line, email } of rows) {
    const first = seen.get(email)
    if (first === undefined) seen.set(email, line)
    else note(problems, line, `email is that of line ${first} again`)
  }
}
