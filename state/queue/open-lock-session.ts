import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@parcela/kit'
import pg from 'pg'

export type LockSession = {
  /** Takes the lock of this name unless another session has it. Kept, over lost connections too, until `unlock`. */
  tryLock(name: string): Promise<boolean>
  unlock(name: string): Promise<void>
  close(): Promise<void>
}

const longestPauseMs = 5_000

/**
 * A connection that holds advisory locks by name. PostgreSQL frees them the moment the process is gone, however it went: that is how others see
 * that it is. After a lost connection the locks are taken again.
 */
export const openLockSession = async (options: {
  database: { connectionString: string }
  log: Log
}): Promise<LockSession> => {
  const { log } = options
  const held = new Set<string>()
  let closed = false
  let client = await connect(options.database.connectionString)
  watch(client)

  function watch(watched: pg.Client): void {
    watched.on('error', error => log.warn({ err: error }, 'The connection that holds locks was lost'))
    watched.on('end', () => {
      if (!closed) reconnecting = reconnect()
    })
  }
  let reconnecting: Promise<void> | undefined
  const reconnect = async (): Promise<void> => {
    for (let failures = 0; !closed; failures += 1) {
      try {
        const fresh = await connect(options.database.connectionString)
        watch(fresh)
        client = fresh
        for (const name of held) {
          if (!(await tryLock(fresh, name))) log.warn({ lock: name }, 'A lock was lost to another process')
        }
        return
      } catch (error) {
        log.debug({ err: error }, 'The connection that holds locks is not back yet')
        await sleep(Math.min(100 * 2 ** failures, longestPauseMs))
      }
    }
  }

  return {
    tryLock: async name => {
      await reconnecting
      const isTaken = await tryLock(client, name)
      if (isTaken) held.add(name)
      return isTaken
    },
    unlock: async name => {
      held.delete(name)
      await reconnecting
      await client.query(`select pg_advisory_unlock(${lockKey})`, [name])
    },
    close: async () => {
      closed = true
      await reconnecting
      await client.end()
    },
  }
}

/** Names as PostgreSQL's 64-bit lock numbers; the same expression wherever a lock is looked at. */
export const lockKey = 'hashtextextended($1, 0)'

const connect = async (connectionString: string): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString,
    application_name: 'parcela locks',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  })
  // Until somebody watches it: the loss of a connection that is being opened rejects `connect` as well.
  client.once('error', () => undefined)
  await client.connect()
  return client
}

const tryLock = async (client: pg.Client, name: string): Promise<boolean> => {
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockKey}) as taken`, [name])
  return rows[0]?.taken === true
}
