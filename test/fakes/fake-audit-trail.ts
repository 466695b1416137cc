import { createHash } from 'node:crypto'
import {
  type AuditEntry,
  type AuditFilter,
  type AuditRow,
  type AuditTrail,
  auditGenesis,
  canonicalAuditText,
  type TeamScope,
} from '@parcela/core'

/** The audit trail in memory; what is in it cannot be tampered with, so that it always verifies. */
export const createFakeAuditTrail = (): AuditTrail & { rows: AuditRow[] } => {
  const rows: AuditRow[] = []
  const find = (scope: TeamScope, filter: AuditFilter): AuditRow[] =>
    rows.filter(row => isInScope(row, scope) && matches(row, filter)).toReversed()
  return {
    rows,
    append: async entries => {
      for (const entry of entries) rows.push(chain(entry, rows.at(-1)))
    },
    list: async (scope, filter, { limit, cursor }) => {
      const found = find(scope, filter).filter(({ seq }) => cursor === undefined || seq < Number(cursor))
      const items = found.slice(0, limit)
      return { items, next: found.length > limit ? String(items.at(-1)?.seq) : null }
    },
    read: async function* (scope, filter) {
      yield* find(scope, filter)
    },
    has: async (action, objectId) => rows.some(row => row.action === action && row.object_id === objectId),
    verify: async function* () {
      const newest = rows.at(-1)
      const head = newest ? { seq: newest.seq, hash: newest.hash } : null
      yield { rows: rows.length, head, problem: null, is_complete: true }
    },
    prune: async () => ({ removed: 0 }),
  }
}

const chain = (entry: AuditEntry, before: AuditRow | undefined): AuditRow => {
  const row = { ...entry, seq: (before?.seq ?? 0) + 1, previous: before?.hash ?? auditGenesis }
  return { ...row, hash: createHash('sha256').update(canonicalAuditText(row)).digest('hex') }
}

const isInScope = ({ team_id }: AuditRow, scope: TeamScope): boolean => {
  if (scope === 'every-team') return true
  return !('service_id' in scope) && scope.some(team => team === team_id)
}

const matches = (row: AuditRow, { actor, from, to, search, ...same }: AuditFilter): boolean =>
  (actor === undefined || row.actor?.id === actor || row.actor?.username === actor) &&
  (from === undefined || row.at >= from) &&
  (to === undefined || row.at < to) &&
  (search === undefined || JSON.stringify(row).toLowerCase().includes(search.toLowerCase())) &&
  Object.entries(same).every(([name, value]) => value === undefined || row[name as keyof typeof same] === value)
