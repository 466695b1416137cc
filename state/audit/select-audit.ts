import type { AuditFilter, TeamScope } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { isInScope } from '../desired/is-in-scope.ts'

/** Rows of these teams, with the name that whoever did it has now, that the filter describes; never read outside a scope. */
export const selectAudit = (db: Queryable, scope: TeamScope, filter: AuditFilter) => {
  const { actor, action, object_type, object_id, outcome, from, to, search } = filter
  return db
    .selectFrom('audit')
    .leftJoin('people', 'people.id', 'audit.actor_id')
    .selectAll('audit')
    .select('people.username as current_username')
    .where(isInScope(scope, 'audit.team_id'))
    .$if(actor !== undefined, query =>
      query.where(one => one.or([one('actor_id', '=', actor ?? ''), one('people.username', '=', actor ?? '')])),
    )
    .$if(action !== undefined, query => query.where('action', '=', action ?? ''))
    .$if(object_type !== undefined, query => query.where('object_type', '=', object_type ?? ''))
    .$if(object_id !== undefined, query => query.where('object_id', '=', object_id ?? ''))
    .$if(outcome !== undefined, query => query.where('outcome', '=', outcome ?? 'done'))
    .$if(from !== undefined, query => query.where('at', '>=', from as Date))
    .$if(to !== undefined, query => query.where('at', '<', to as Date))
    .$if(search !== undefined, query => query.where(holds(search ?? '')))
}

const holds = (text: string) => sql<boolean>`
  strpos(lower(concat_ws(' ', actor_id, people.username, action, object_type, object_id, address, request_id)), lower(${text})) > 0
`
