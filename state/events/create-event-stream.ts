import type { EventStream, StoredEvent, TeamScope } from '@parcela/core'
import type { Database, Queryable } from '../database/open-database.ts'
import { isInScope } from '../desired/is-in-scope.ts'
import { serviceNotFound } from '../desired/not-found.ts'
import type { Listener } from './create-listener.ts'

const batch = 200

/** Events from the outbox table, woken by notifications: what is read comes from the table alone, so a lost notification costs no event. */
export const createEventStream = (options: { database: Database; listener: Listener }): EventStream => {
  const { listener } = options
  const { db } = options.database

  return {
    follow: async function* (scope, serviceId, { afterId, signal }) {
      if (!(await isFollowable(db, scope, serviceId))) throw serviceNotFound()
      const bell = createBell(signal)
      const unsubscribe = listener.subscribe('parcela_events', payload => {
        if (payload === undefined || payload.startsWith(`${serviceId} `)) bell.ring()
      })
      try {
        for (let lastId = afterId; !signal.aborted; ) {
          // Asked for before reading: what is committed while we read rings again.
          const rung = bell.next()
          const events = await readEvents(db, serviceId, lastId)
          for (const event of events) {
            yield event
            lastId = event.id
          }
          if (events.length > 0) continue
          if (!(await isFollowable(db, scope, serviceId))) return
          await rung
        }
      } finally {
        unsubscribe()
      }
    },
  }
}

const isFollowable = async (db: Queryable, scope: TeamScope, serviceId: string): Promise<boolean> => {
  const found = await db
    .selectFrom('services')
    .select('id')
    .where('id', '=', serviceId as never)
    .where(isInScope(scope, 'services.team_id', 'services.id'))
    .where('gone_at', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}

const readEvents = async (db: Queryable, serviceId: string, afterId: number): Promise<StoredEvent[]> => {
  const rows = await db
    .selectFrom('events')
    .select(['id', 'event'])
    .where('service_id', '=', serviceId as never)
    .where('id', '>', String(afterId))
    .orderBy('id')
    .limit(batch)
    .execute()
  return rows.map(row => ({ id: Number(row.id), event: row.event }))
}

/** `next` resolves at the first ring after it was called, or when aborted. */
const createBell = (signal: AbortSignal): { ring(): void; next(): Promise<void> } => {
  let ringing = Promise.withResolvers<void>()
  const ring = (): void => {
    ringing.resolve()
    ringing = Promise.withResolvers<void>()
  }
  signal.addEventListener('abort', ring, { once: true })
  return { ring, next: () => (signal.aborted ? Promise.resolve() : ringing.promise) }
}
