import type { AuditFilter, AuditRow, AuditTrail, Clock, TeamScope } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { parseCursor, toCursor } from '../desired/cursor.ts'
import { toNamedRow } from './audit-row.ts'
import { createAppender } from './create-appender.ts'
import { pruneAudit } from './prune-audit.ts'
import { selectAudit } from './select-audit.ts'
import { verifyAudit } from './verify-audit.ts'

type Dependencies = { database: Database; clock: Clock }

const readRows = 500

/** The audit trail in PostgreSQL. */
export const createAuditTrail = ({ database, clock }: Dependencies): AuditTrail => {
  const { db } = database
  const listPage = async (
    scope: TeamScope,
    filter: AuditFilter,
    page: { limit: number; before: string | undefined },
  ) => {
    const found = await selectAudit(db, scope, filter)
      .$if(page.before !== undefined, query => query.where('seq', '<', page.before ?? ''))
      .orderBy('seq', 'desc')
      .limit(page.limit)
      .execute()
    return found.map(toNamedRow)
  }
  async function* readAll(scope: TeamScope, filter: AuditFilter): AsyncGenerator<AuditRow> {
    for (let before: string | undefined; ; ) {
      const rows = await listPage(scope, filter, { limit: readRows, before })
      yield* rows
      if (rows.length < readRows) return
      before = String(rows.at(-1)?.seq)
    }
  }
  return translateFailures<AuditTrail>({
    append: createAppender({ database }),
    list: async (scope, filter, { limit, cursor }) => {
      const before = cursor === undefined ? undefined : parseCursor(cursor, /^[1-9]\d{0,15}$/)
      const rows = await listPage(scope, filter, { limit: limit + 1, before })
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return { items, next: last && rows.length > limit ? toCursor(String(last.seq)) : null }
    },
    read: readAll,
    has: async (action, objectId) => {
      const found = await db
        .selectFrom('audit')
        .select('seq')
        .where('object_id', '=', objectId)
        .where('action', '=', action)
        .limit(1)
        .executeTakeFirst()
      return found !== undefined
    },
    verify: options => verifyAudit(database, options),
    prune: days => pruneAudit({ database, clock }, days),
  })
}
