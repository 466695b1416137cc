import { findExcess, type QuotaUse, quotaExceeded, type TeamId, type TeamQuota } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import { lockTeams } from '../teams/lock-team.ts'
import { teamNotFound } from '../teams/not-found.ts'
import { findQuota } from './read-quota.ts'

/**
 * Makes sure that the team may have this much more, and that it stays so until this transaction, which writes it, ends: it holds the team's lock
 * from here on. `quota_exceeded` otherwise. Answers what the team may have.
 */
export const reserveRoom = async (
  trx: Queryable,
  teamId: TeamId,
  { asked, now }: { asked: Partial<QuotaUse>; now: Date },
): Promise<TeamQuota> => {
  const [locked] = await lockTeams(trx, [teamId])
  const quota = locked && (await findQuota(trx, locked, now))
  if (!quota) throw teamNotFound()
  const excess = findExcess(quota.limits, quota.used, asked)
  if (excess) throw quotaExceeded(excess)
  return quota
}
