import { serviceName } from '@parcela/contract'
import type { NameLook, TeamId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

const longest = 63
const tries = [20, 1_000, 100_000]

/**
 * This name when no service has it, else the first free one with a number behind it: `tienda`, `tienda-2`, `tienda-3` ... One that is kept back for a
 * while is free for the team that had it alone.
 */
export const suggestFreeName = async (
  db: Queryable,
  name: string,
  { teams, now }: { teams: readonly TeamId[]; now: Date },
): Promise<NameLook> => {
  for (const last of tries) {
    const candidates = [name, ...numbered(name, last)]
    const rows = await db
      .selectFrom('services')
      .select('name')
      .where('gone_at', 'is', null)
      .where(sql<boolean>`name = any(${candidates}::text[])`)
      .execute()
    const kept = await db
      .selectFrom('kept_names')
      .select(['name', 'until'])
      .where('until', '>', now)
      .where(sql<boolean>`name = any(${candidates}::text[]) and team_id <> all(${[...teams]}::text[])`)
      .execute()
    const used = new Set(rows.map(row => row.name))
    const waiting = new Map(kept.map(row => [row.name, row.until]))
    const free = candidates.find(candidate => !used.has(candidate) && !waiting.has(candidate))
    if (free === undefined) continue
    const until = used.has(name) ? undefined : waiting.get(name)
    return { taken: free !== name, suggestion: free, ...(until ? { kept_until: until } : {}) }
  }
  throw new Error(`There is no free name like ${name}`)
}

/** Shortened so that a number fits, and only such as may be a name. */
export const numbered = (name: string, last: number): string[] =>
  Array.from({ length: last - 1 }, (_, index) => {
    const ending = `-${index + 2}`
    return name.slice(0, longest - ending.length).replace(/-+$/, '') + ending
  }).filter(candidate => serviceName.safeParse(candidate).success)
