import { AppError } from '@parcela/contract'
import type { Clock, Service, TeamScope } from '@parcela/core'
import type { Updateable } from 'kysely'
import { lockService } from '../database/lock-service.ts'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Schema } from '../database/schema.ts'
import { announceChange } from './announce-change.ts'
import { getService } from './read-services.ts'

export type ServiceChange = Updateable<Schema['services']>

/**
 * One change of one service, in one transaction: `decide` sees the service and answers what to write, or undefined when it is so already.
 * Raises the generation, announces the change, answers the service as it is then.
 */
export const changeService = (
  { database, clock }: { database: Database; clock: Clock },
  target: { scope: TeamScope; id: string },
  decide: (service: Service, context: { trx: Queryable; now: Date }) => Promise<ServiceChange | undefined>,
): Promise<Service> =>
  database.db.transaction().execute(async trx => {
    await lockService(trx, target.id)
    const now = clock.now()
    const before = await getService(trx, target.scope, { id: target.id })
    const change = await decide(before, { trx, now })
    if (!change) return before
    await trx
      .updateTable('services')
      .set({ ...change, generation: before.generation + 1, updated_at: now })
      .where('id', '=', before.id)
      .execute()
    const after = await getService(trx, [change.team_id ?? before.team_id], { id: before.id })
    await announceChange(trx, after)
    return after
  })

/** `conflict` for a service that is being deleted: nothing else can be asked of it. */
export const refuseDeleted = (service: Service): void => {
  if (service.power !== 'deleted') return
  throw new AppError('conflict', `${service.name} is being deleted; nothing else can be asked of it.`, {
    details: { reason: 'being_deleted' },
  })
}
