import type { Domain, TeamScope } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import { isInScope } from './is-in-scope.ts'

/** Custom domains with the team of their service; to be narrowed by the caller, and never read outside a scope. */
export const selectDomains = (db: Queryable, scope: TeamScope) =>
  db
    .selectFrom('domains')
    .innerJoin('services', 'services.id', 'domains.service_id')
    .selectAll('domains')
    .select('services.team_id')
    .where(isInScope(scope, 'services.team_id', 'services.id'))
    .where('services.gone_at', 'is', null)

/** The row's own fields: those of a join beside it are left out. */
export const toDomain = ({ service_id, team_id, name, redirect_to, proof, created_at }: Domain): Domain => ({
  service_id,
  team_id,
  name,
  redirect_to,
  proof,
  created_at,
})
