import type { RecordSet } from '@parcela/core'
import { parentOf } from './domain-name.ts'

export type RecordType = RecordSet['type']

/** The record sets by name and type, with the names that exist only because something lies below them. */
export type RecordTable = {
  /** Undefined when nothing is at this name. */
  at(name: string): ReadonlyMap<RecordType, RecordSet> | undefined
  /** Whether the name, or anything below it, has records (RFC 4592, section 2.2.2: empty non-terminals exist). */
  exists(name: string): boolean
  set(record: RecordSet): void
  remove(name: string): void
  list(): RecordSet[]
}

/** A table that begins with these; of two with the same name and type the later one stays. */
export const createRecordTable = (records: readonly RecordSet[] = []): RecordTable => {
  const sets = new Map<string, Map<RecordType, RecordSet>>()
  const below = new Map<string, number>()

  const count = (name: string, difference: 1 | -1) => {
    for (let above = parentOf(name); above !== undefined; above = parentOf(above)) {
      const now = (below.get(above) ?? 0) + difference
      if (now === 0) below.delete(above)
      else below.set(above, now)
    }
  }

  const table: RecordTable = {
    at: name => sets.get(name),
    exists: name => sets.has(name) || below.has(name),
    set: record => {
      const existing = sets.get(record.name)
      if (existing) {
        existing.set(record.type, record)
        return
      }
      sets.set(record.name, new Map([[record.type, record]]))
      count(record.name, 1)
    },
    remove: name => {
      if (sets.delete(name)) count(name, -1)
    },
    list: () => [...sets.values()].flatMap(byType => [...byType.values()]),
  }
  for (const record of records) table.set(record)
  return table
}

export const isSameTable = (one: RecordTable, other: RecordTable): boolean => {
  const records = one.list()
  return (
    records.length === other.list().length &&
    records.every(record => {
      const match = other.at(record.name)?.get(record.type)
      return match !== undefined && isSameRecordSet(record, match)
    })
  )
}

/** Same TTL and the same values, in whatever order: resolvers shuffle them anyway. */
export const isSameRecordSet = (one: RecordSet, other: RecordSet): boolean =>
  one.name === other.name &&
  one.type === other.type &&
  one.ttl === other.ttl &&
  one.values.length === other.values.length &&
  one.values.every(value => other.values.includes(value))
