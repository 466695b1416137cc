import type { Log } from '@parcela/kit'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Schema } from './schema.ts'

export type Database = {
  db: Kysely<Schema>
  pool: pg.Pool
  connectionString: string
  /** Waits for what is being asked, then closes every connection of the pool. Twice equals once. */
  close(): Promise<void>
}

/** What queries need: the database itself, or one transaction of it. */
export type Queryable = Kysely<Schema> | Transaction<Schema>

/**
 * Opens a pool of at most `poolSize` connections; the first query connects. Idle connections are closed after ten seconds, so that a quiet
 * installation holds no memory for them. A unix socket is written `postgresql:///name?host=/directory&user=somebody`.
 */
export const openDatabase = (options: { connectionString: string; poolSize: number; log: Log }): Database => {
  const { connectionString, poolSize, log } = options
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 15_000,
    application_name: 'parcela',
    keepAlive: true,
  })
  // Without listeners the loss of a connection would end the process; the pool replaces the connection by itself.
  const noteLoss = (error: Error): void => log.warn({ err: error }, 'A database connection was lost')
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', noteLoss))

  let closing: Promise<void> | undefined
  return {
    db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    pool,
    connectionString,
    close: () => {
      closing ??= pool.end()
      return closing
    },
  }
}
