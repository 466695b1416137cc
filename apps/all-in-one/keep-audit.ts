import type { AuditTrail } from '@parcela/core'
import type { Log } from '@parcela/kit'

type Parts = { audit: Pick<AuditTrail, 'prune' | 'list'>; days: number; log: Log }

const dayMs = 86_400_000

/**
 * Once a day: removes what is too old, and notes the newest row in the log, outside of the database; a trail that was written anew as a whole
 * does not hold it any more (`parcela audit verify --noted`). Answers its end.
 */
export const keepAudit = ({ audit, days, log }: Parts): (() => Promise<void>) => {
  const keep = async (): Promise<void> => {
    try {
      const { removed } = await audit.prune(days)
      const newest = (await audit.list('every-team', {}, { limit: 1, cursor: undefined })).items[0]
      log.info({ removed, head: newest && `${newest.seq}:${newest.hash}` }, 'The audit trail was looked after')
    } catch (error) {
      log.error({ err: error }, 'The audit trail could not be looked after')
    }
  }
  let running = keep()
  const timer = setInterval(() => {
    running = keep()
  }, dayMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
