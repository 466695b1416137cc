import { createHash } from 'node:crypto'
import { type AuditEntry, type AuditRow, canonicalAuditText } from '@parcela/core'
import type { Insertable, Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'

/**
 * The entry in its place behind `previous`. Of whoever did it the id alone is kept, so that nothing tells who they were once their account is
 * erased; reading adds the name that they have then. What PostgreSQL cannot store (NUL, halves of characters) is replaced before it is hashed. */
export const chainEntry = (entry: AuditEntry, previous: { seq: number; hash: string }): AuditRow => {
  const actor = entry.actor && { id: entry.actor.id, username: '' }
  const kept = storable({ ...entry, actor }) as AuditEntry
  const row = { ...kept, at: entry.at, seq: previous.seq + 1, previous: previous.hash }
  return { ...row, hash: hashOf(row) }
}

export const hashOf = (row: Omit<AuditRow, 'hash'>): string =>
  createHash('sha256').update(canonicalAuditText(row)).digest('hex')

export const toColumns = ({ actor, before, after, ...row }: AuditRow): Insertable<Schema['audit']> => ({
  ...row,
  actor_id: actor?.id ?? null,
  actor_username: actor?.username || null,
  before: before && JSON.stringify(before),
  after: after && JSON.stringify(after),
})

/** As it was written, which is what its hash is of. */
export const toAuditRow = (columns: Selectable<Schema['audit']>): AuditRow => {
  const { actor_id, actor_username, seq, ...row } = columns
  const actor = actor_id === null ? null : { id: actor_id, username: actor_username ?? '' }
  return { ...row, seq: Number(seq), actor }
}

/** With the name that whoever did it has now. */
export const toNamedRow = ({
  current_username,
  ...columns
}: Selectable<Schema['audit']> & { current_username: string | null }): AuditRow => {
  const { actor, ...row } = toAuditRow(columns)
  return { ...row, actor: actor && { ...actor, username: current_username ?? actor.username } }
}

const storable = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\u{fffd}')
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [storable(key) as string, storable(member)]),
  )
}
