import type { Log } from '@parcela/kit'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { withStartupOption } from '../database/startup-option.ts'

export type Identity = {
  /** For the sign-in library: whatever it asks for is looked up in the schema `identity`. Its types are its own. */
  db: Kysely<Record<string, Record<string, unknown>>>
  close(): Promise<void>
}

/** Opens the tables of accounts, sessions and keys with a pool of its own of two connections, closed after ten idle seconds. */
export const openIdentity = (options: { database: { connectionString: string }; log: Log }): Identity => {
  const pool = new pg.Pool({
    connectionString: withStartupOption(options.database.connectionString, '-c search_path=identity'),
    max: 2,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 15_000,
    application_name: 'parcela identity',
    keepAlive: true,
  })
  // Also one that is in use at that moment: without a listener its loss would end the process.
  const noteLoss = (error: Error): void => options.log.warn({ err: error }, 'A connection to the accounts was lost')
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', noteLoss))
  let closing: Promise<void> | undefined
  return {
    db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    close: () => {
      closing ??= pool.end()
      return closing
    },
  }
}
