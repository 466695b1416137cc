/** Through what somebody acted: a session of the page, an API key, this installation by itself, or nobody known (a sign-in that failed). */
export type AuditThrough = 'session' | 'api-key' | 'system' | 'nobody'

/** `done`: it happened. `refused`: the answer was a 4xx and nothing changed. `failed`: a 5xx; what happened is not known. */
export type AuditOutcome = 'done' | 'refused' | 'failed'

/** One thing that somebody did, or tried. It never holds a secret: fields that may be one are masked before they come here. */
export type AuditEntry = {
  at: Date
  actor: { id: string; username: string } | null
  through: AuditThrough
  /** The id of the session or of the API key; never the token itself. */
  through_id: string | null
  address: string | null
  user_agent: string | null
  request_id: string | null
  /** A route's name (`updateService`) or an event of sign-in (`sign-in.email`, `sign-out`, `api-key.first-use`). */
  action: string
  object_type: string | null
  object_id: string | null
  /** Whose it was: owners of a team read its rows. */
  team_id: string | null
  outcome: AuditOutcome
  /** The HTTP status; null where no request was. */
  status: number | null
  error_code: string | null
  /** Only the fields that changed. */
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

/** An entry in its place: numbered without gaps, bound to the row before it. Hashes are SHA-256, in hexadecimal. */
export type AuditRow = AuditEntry & { seq: number; previous: string; hash: string }

/** What the first row of all is bound to. */
export const auditGenesis = '0'.repeat(64)

/** The text that a row's hash is made of: its number, the hash before it, and every field, in one fixed form (keys sorted, no spaces). */
export const canonicalAuditText = (row: Omit<AuditRow, 'hash'>): string =>
  canonical({ ...row, at: row.at.toISOString() })

/** JSON with sorted keys, as RFC 8785 orders them. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`)
  return `{${members.join(',')}}`
}
