import { AppError } from '@parcela/contract'
import type { AuditEntry, AuditTrail } from '@parcela/core'
import type { Log } from '@parcela/kit'

export type AuditDesk = {
  /** Before anything is changed: throws `unavailable` while what was done earlier is not written yet and cannot be. */
  requireOpen(): Promise<void>
  /** Before a change is answered: resolves when the entry is on disk. `unavailable` when it could not be written; it is owed then. */
  record(entry: AuditEntry): Promise<void>
}

/**
 * Where what was done is written down. An entry that cannot be written is owed, and as long as anything is, nobody may change anything: the
 * first change that is asked for again pays the debt or is refused. So no more is ever missing than what was under way when the database went.
 */
export const createAuditDesk = ({ audit, log }: { audit: Pick<AuditTrail, 'append'>; log: Log }): AuditDesk => {
  let owed: AuditEntry[] = []
  let paying: Promise<void> | undefined

  const pay = async (): Promise<void> => {
    const entries = owed
    await audit.append(entries)
    owed = owed.slice(entries.length)
    log.info({ entries: entries.length }, 'What the audit trail missed was written')
  }
  const requireOpen = async (): Promise<void> => {
    if (owed.length === 0) return
    paying ??= pay().finally(() => {
      paying = undefined
    })
    await paying.catch(cause => {
      throw refused('Nothing can be changed while the audit trail cannot be written. Try again in a moment.', cause)
    })
  }
  return {
    requireOpen,
    record: async entry => {
      try {
        await audit.append([entry])
      } catch (cause) {
        owed.push(entry)
        log.error({ err: cause, action: entry.action, request_id: entry.request_id }, 'The audit trail was not written')
        throw refused(
          'It was done, but could not be written into the audit trail yet. Look before you try again.',
          cause,
        )
      }
    },
  }
}

const refused = (message: string, cause: unknown): AppError =>
  new AppError('unavailable', message, { details: { reason: 'audit_unavailable' }, cause })
