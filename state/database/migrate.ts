import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runMigrations } from 'graphile-worker'
import { sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import pg from 'pg'
import type { Database } from './open-database.ts'

const directory = join(import.meta.dirname, '../migrations')

/** Any number of our own choosing: who holds this lock changes the tables. */
const lockId = 7_262_735_252

/**
 * Brings the tables to what this version expects: the queue's first, then ours, each file in order, all of ours in one transaction.
 * Twice equals once; two processes at once wait for each other. Throws when the database was changed by a later version.
 */
export const migrate = async (database: Database): Promise<void> => {
  // On a connection of its own: a lock held by a connection of the pool could be handed to somebody else.
  const holder = new pg.Client({ connectionString: database.connectionString, application_name: 'parcela migrations' })
  await holder.connect()
  try {
    await holder.query('select pg_advisory_lock($1)', [lockId])
    await runMigrations({ pgPool: database.pool })
    await migrateOurs(database)
  } finally {
    await holder.end()
  }
}

const migrateOurs = async ({ db }: Database): Promise<void> => {
  const migrator = new Migrator({
    db,
    provider: sqlFiles,
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  const failed = results?.find(result => result.status === 'Error')?.migrationName
  throw new Error(`The database could not be brought up to date${failed ? ` (${failed})` : ''}`, { cause: error })
}

const sqlFiles: MigrationProvider = {
  getMigrations: async () => {
    const names = (await readdir(directory)).filter(name => name.endsWith('.sql')).sort()
    return Object.fromEntries(names.map(name => [name.slice(0, -'.sql'.length), readMigration(name)]))
  },
}

const readMigration = (name: string): Migration => ({
  up: async db => {
    const text = await readFile(join(directory, name), 'utf8')
    await sql.raw(text).execute(db)
  },
})
