import type { TeamId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/**
 * Makes this transaction the only one that changes the team's members or adds to its use, until it ends; answers those that are there. Always after
 * the lock of a service and before that of a node, and several at once in the order of their ids: so none wait for each other in a circle. The lock
 * is the weaker kind, which does not hold up those who only refer to the row.
 */
export const lockTeams = async (trx: Queryable, ids: readonly string[]): Promise<TeamId[]> => {
  const { rows } = await sql<{ id: TeamId }>`
    select id from teams where id = any(${[...ids]}::text[]) order by id for no key update
  `.execute(trx)
  return rows.map(({ id }) => id)
}
