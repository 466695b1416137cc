import type { TeamScope } from '@parcela/core'
import { type RawBuilder, sql } from 'kysely'

/** The condition that keeps a query to the rows of these teams; no team, no row. */
export const isInScope = (scope: TeamScope, column: string): RawBuilder<boolean> =>
  scope === 'every-team' ? sql<boolean>`true` : sql<boolean>`${sql.ref(column)} = any(${[...scope]}::text[])`
