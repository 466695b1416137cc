import { createHash } from 'node:crypto'
import type { ManifestEntry } from '@parcela/contract'
import type { Idempotency, Person } from '@parcela/core'

/** The idempotency of a request: the same key with the same document and the same files is the same request. */
export const toIdempotency = (
  person: Person,
  key: string | undefined,
  request: { call: string; document: unknown; files: readonly ManifestEntry[] | null },
): Idempotency | undefined => {
  if (key === undefined) return undefined
  const files = request.files?.map(({ path, sha256 }) => [path, sha256]) ?? null
  const content = JSON.stringify([request.call, sorted(request.document), files])
  return { person_id: person.id, key, fingerprint: createHash('sha256').update(content).digest('hex') }
}

/** The same document with its fields in another order is the same request. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}
