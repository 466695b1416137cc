import { AppError } from '@parcela/contract'
import { type PersonId, type Service, type TeamId, type TeamScope, useOf } from '@parcela/core'
import type { Updateable } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import type { Schema } from '../database/schema.ts'
import { lockTeams } from '../teams/lock-team.ts'
import { getTeam } from '../teams/read-teams.ts'
import { reserveRoom } from './reserve-room.ts'

type Move = { scope: TeamScope; team_id: TeamId; by: PersonId; now: Date }

/**
 * What to write so that the service is another team's, which must have room for it. Undefined when it is so already. A fresh instance is asked for:
 * networks belong to teams. The transaction holds the service's lock.
 */
export const moveService = async (
  trx: Queryable,
  service: Service,
  { scope, team_id, by, now }: Move,
): Promise<Updateable<Schema['services']> | undefined> => {
  const team = await getTeam(trx, scope, team_id)
  if (service.team_id === team.id) return undefined
  refuseUndecided(service)
  await lockTeams(trx, [service.team_id, team.id])
  await reserveRoom(trx, team.id, { asked: { ...useOf(service), custom_domains: service.domains.length }, now })
  await trx.updateTable('releases').set({ team_id: team.id }).where('service_id', '=', service.id).execute()
  const member = await trx
    .selectFrom('team_members')
    .select('person_id')
    .where('team_id', '=', team.id)
    .where('person_id', '=', service.owner_id)
    .executeTakeFirst()
  return { team_id: team.id, owner_id: member?.person_id ?? by, restarts: service.restarts + 1 }
}

const refuseUndecided = ({ name, approval }: Service): void => {
  if (!approval) return
  throw new AppError(
    'conflict',
    `${name} waits for approval, or was refused it; it stays in its team until that is settled.`,
    {
      details: { reason: 'not_approved' },
    },
  )
}
