import type { AuditEntry } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { appendEntries } from './append-entries.ts'

type Waiting = { entries: readonly AuditEntry[]; resolve: () => void; reject: (error: unknown) => void }

const entriesAtOnce = 5_000

/**
 * One transaction at a time, with everything that came while the one before was being written: the writers of a busy moment share one wait for
 * the disk instead of standing in line for it.
 */
export const createAppender = ({
  database,
}: {
  database: Database
}): ((entries: readonly AuditEntry[]) => Promise<void>) => {
  const waiting: Waiting[] = []
  let isWriting = false

  const writeAll = async (): Promise<void> => {
    isWriting = true
    while (waiting.length > 0) {
      const together = takeTogether(waiting)
      try {
        await database.db.transaction().execute(trx =>
          appendEntries(
            trx,
            together.flatMap(({ entries }) => entries),
          ),
        )
        for (const { resolve } of together) resolve()
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    isWriting = false
  }

  return entries =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ entries, resolve, reject })
      if (!isWriting) void writeAll()
    })
}

const takeTogether = (waiting: Waiting[]): Waiting[] => {
  const together: Waiting[] = []
  for (let count = 0; waiting[0] && (count === 0 || count + waiting[0].entries.length <= entriesAtOnce); ) {
    const next = waiting.shift() as Waiting
    together.push(next)
    count += next.entries.length
  }
  return together
}
