import type { TeamScope } from '@parcela/core'
import { type RawBuilder, sql } from 'kysely'

/**
 * The condition that keeps a query to the rows that a scope reaches; no team, no row. Where the scope ends at one service, rows of tables without
 * `serviceColumn` are out of it.
 */
export const isInScope = (scope: TeamScope, teamColumn: string, serviceColumn?: string): RawBuilder<boolean> => {
  if (scope === 'every-team') return sql<boolean>`true`
  if (!('service_id' in scope)) return sql<boolean>`${sql.ref(teamColumn)} = any(${[...scope]}::text[])`
  if (serviceColumn === undefined) return sql<boolean>`false`
  return sql<boolean>`(${sql.ref(serviceColumn)} = ${scope.service_id} and ${isInScope(scope.teams, teamColumn)})`
}
