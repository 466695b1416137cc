import type { Service, TeamScope } from '@parcela/core'
import { lockService } from '../database/lock-service.ts'
import { withdrawApproval } from '../quotas/write-approval.ts'
import { announceChange } from './announce-change.ts'
import type { DesiredDependencies } from './create-desired-state.ts'
import { getService } from './read-services.ts'

/**
 * Asks for the end of a service. Again is success, also when only the files are left; `purge` may be asked for afterwards, too, and is then
 * carried out by the next clean-up.
 */
export const deleteService = (
  { database, clock }: Pick<DesiredDependencies, 'database' | 'clock'>,
  target: { scope: TeamScope; id: string },
  { purge }: { purge: boolean },
): Promise<Service> =>
  database.db.transaction().execute(async trx => {
    await lockService(trx, target.id)
    const before = await getService(trx, target.scope, { id: target.id, gone: 'included' })
    const now = clock.now()
    if (purge) await trx.updateTable('services').set({ purge }).where('id', '=', before.id).execute()
    if (before.power === 'deleted') return before
    await withdrawApproval(trx, before.id)
    await trx
      .updateTable('services')
      .set({ power: 'deleted', deleted_at: now, updated_at: now, generation: before.generation + 1 })
      .where('id', '=', before.id)
      .execute()
    const after = await getService(trx, [before.team_id], { id: before.id })
    await announceChange(trx, after)
    return after
  })
