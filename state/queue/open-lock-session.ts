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
  const { connectionString } = options.database
  const held = new Set<string>()
  let closed = false
  let client = await connect(connectionString)
  let reconnecting: Promise<void> | undefined

  const watch = (watched: pg.Client): void => {
    const lose = (error?: unknown): void => {
      watched.removeListener('end', lose)
      if (closed || watched !== client || reconnecting) return
      log.warn({ err: error }, 'The connection that holds locks was lost')
      reconnecting = reconnect()
    }
    watched.on('error', lose)
    watched.on('end', lose)
  }
  const reconnect = async (): Promise<void> => {
    for (let failures = 0; !closed; failures += 1) {
      try {
        await takeAgain(await connect(connectionString))
        reconnecting = undefined
        return
      } catch (error) {
        log.debug({ err: error }, 'The connection that holds locks is not back yet')
        await sleep(Math.min(100 * 2 ** failures, longestPauseMs))
      }
    }
  }
  const takeAgain = async (fresh: pg.Client): Promise<void> => {
    for (const name of held) {
      if (!(await query(fresh, 'pg_try_advisory_lock', name)))
        log.warn({ lock: name }, 'A lock was lost to another process')
    }
    client = fresh
    watch(fresh)
  }
  // One question at a time, which is all that a connection can be asked.
  let line: Promise<unknown> = Promise.resolve()
  const ask = (verb: Verb, name: string): Promise<boolean> => {
    const answer = line.then(() => askNow(verb, name))
    line = Promise.allSettled([answer])
    return answer
  }
  /** Once more on the next connection when this one was lost meanwhile. */
  const askNow = async (verb: Verb, name: string): Promise<boolean> => {
    await reconnecting
    const used = client
    try {
      return await query(used, verb, name)
    } catch (error) {
      if (!reconnecting && client === used) throw error
      await reconnecting
      return query(client, verb, name)
    }
  }
  watch(client)

  return {
    tryLock: async name => {
      const isTaken = await ask('pg_try_advisory_lock', name)
      if (isTaken) held.add(name)
      return isTaken
    },
    unlock: async name => {
      held.delete(name)
      await ask('pg_advisory_unlock', name)
    },
    close: async () => {
      closed = true
      await reconnecting
      await client.end()
    },
  }
}

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

type Verb = 'pg_try_advisory_lock' | 'pg_advisory_unlock'

/** Names as PostgreSQL's 64-bit lock numbers; the reaper looks at them with the same expression. */
const query = async (client: pg.Client, verb: Verb, name: string): Promise<boolean> => {
  const { rows } = await client.query<{ done: boolean }>(`select ${verb}(hashtextextended($1, 0)) as done`, [name])
  return rows[0]?.done === true
}
