import type { PersonId, TeamId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/**
 * What somebody who leaves asked for in a team stays with it, in the name of the other owner who has been one for longest. What runs does not
 * change by that: no generation rises. The transaction must hold the team's lock.
 */
export const passServices = async (
  trx: Queryable,
  { team_id, person_id }: { team_id: TeamId; person_id: PersonId },
): Promise<void> => {
  await sql`
    update services set owner_id = heir.person_id
    from (
      select person_id from team_members
      where team_id = ${team_id} and role = 'owner' and person_id <> ${person_id} order by since, person_id limit 1
    ) as heir
    where services.team_id = ${team_id} and services.owner_id = ${person_id}
  `.execute(trx)
}
