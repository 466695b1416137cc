import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@parcela/core'
import { removeServiceDirectory, silentLog } from '@parcela/kit'
import pg from 'pg'
import { startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts'
import { prepareApplicationRole } from './application-role.ts'
import { migrate } from './migrate.ts'
import { type Database, openDatabase } from './open-database.ts'
import type { Random } from './random.ts'

export type TestServer = {
  /** As the owner of the databases. */
  connectionString: string
  /** A new, migrated, empty database, opened as the application's role: a copy of one that was migrated once. */
  createDatabase(): Promise<Database>
  stop(): Promise<void>
}

/** For tests: an embedded server of its own, thrown away at the end. */
export const startTestServer = async (): Promise<TestServer> => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-state-'))
  // Open to the database's own user, so that everything lies below this folder and goes with it.
  await chmod(home, 0o711)
  const server = await startEmbeddedPostgres({ home, log: silentLog })
  const tests = await useTestServer(server.connectionString, { login: server.applicationConnectionString })
  return {
    ...tests,
    stop: async () => {
      await tests.stop()
      await server.stop()
      await removeServiceDirectory(home, 'postgres')
      await rm(home, { recursive: true, force: true })
    },
  }
}

/**
 * The same on a server that runs already; `connectionString` names a database whose user may create others, `login` the same as the application's
 * role where it may log in by itself.
 */
export const useTestServer = async (
  connectionString: string,
  { login }: { login?: string } = {},
): Promise<TestServer> => {
  const opened: { name: string; database: Database }[] = []
  const open = (name: string, address = connectionString): Database =>
    openDatabase({ connectionString: withDatabase(address, name), poolSize: 6, log: silentLog })
  const newName = (): string => `parcela_test_${randomBytes(6).toString('hex')}`

  const template = newName()
  await command(connectionString, `create database ${template}`)
  const first = open(template)
  await migrate(first)
  const application = await prepareApplicationRole(first, { ...(login ? { login } : {}), log: silentLog })
  await first.close()

  return {
    connectionString,
    createDatabase: async () => {
      const name = newName()
      await command(connectionString, `create database ${name} template ${template}`)
      const database = open(name, application)
      opened.push({ name, database })
      return database
    },
    stop: async () => {
      for (const { name, database } of opened) {
        await database.close()
        await dropDatabase(connectionString, name)
      }
      await command(connectionString, `drop database ${template}`)
    },
  }
}

export const testRandom: Random = size => randomBytes(size)
export const testClock: Clock = { now: () => new Date() }

/** The same server, another database. Not through `URL`, which refuses an address without a host: that is how a unix socket is written. */
export const withDatabase = (connectionString: string, name: string): string =>
  connectionString.replace(/\/[^/?]*(?=\?|$)/, `/${name}`)

/** The plain form sends an autovacuum worker away, which this role may not do by force; the other one ends what a test left open. */
const dropDatabase = async (connectionString: string, name: string): Promise<void> => {
  try {
    await command(connectionString, `drop database ${name}`)
  } catch (error) {
    const isInUse = error instanceof pg.DatabaseError && error.code === '55006'
    if (!isInUse) throw error
    await command(connectionString, `drop database ${name} with (force)`)
  }
}

const command = async (connectionString: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
