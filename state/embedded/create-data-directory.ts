import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { type Log, run } from '@parcela/kit'
import { asDatabaseUser, type DatabaseUser, databaseEnvironment } from './database-user.ts'
import type { PostgresBinaries } from './ensure-postgres-binaries.ts'
import { ownerRole, superuserRole } from './render-postgres-files.ts'

type Options = { directory: string; binaries: PostgresBinaries; user: DatabaseUser; log: Log }

const timeoutMs = 120_000
const unfinished = 'data.new-'

/**
 * The data directory below `directory`, made on the first start with the role and the database of Parcela in it. It appears whole or not at
 * all: a start that dies in the middle leaves something that the next one throws away.
 */
export const createDataDirectory = async (options: Options): Promise<string> => {
  const { directory, binaries } = options
  const dataDirectory = join(directory, 'data')
  for (const name of await readdir(directory)) {
    if (name.startsWith(unfinished)) await rm(join(directory, name), { recursive: true, force: true })
  }
  const major = await findMajor(dataDirectory)
  if (major === binaries.major) return dataDirectory
  if (major !== undefined) throw otherMajor(major, binaries.major)

  const temporary = join(directory, `${unfinished}${randomUUID()}`)
  await initialise(temporary, options)
  await rename(temporary, dataDirectory)
  await flushDirectory(directory)
  return dataDirectory
}

/** The major version that wrote the data; undefined when there is none yet. */
const findMajor = async (dataDirectory: string): Promise<string | undefined> => {
  try {
    return (await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const initialise = async (temporary: string, { directory, binaries, user, log }: Options): Promise<void> => {
  const startedMs = performance.now()
  const settings = { timeoutMs, cwd: directory, env: databaseEnvironment }
  // The built-in C.UTF-8 is the same on every machine: no index breaks when the system's locales change.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const how = ['--username', superuserRole, '--data-checksums', '--auth=peer', '--no-instructions', ...locale]
  await run(asDatabaseUser(user, [binaries.initdb, '--pgdata', temporary, ...how]), settings)

  const statements = [
    `CREATE ROLE ${ownerRole} LOGIN CREATEDB`,
    `CREATE DATABASE ${ownerRole} OWNER ${ownerRole}`,
    'REVOKE CONNECT ON DATABASE template1 FROM PUBLIC',
  ]
  const single = [binaries.postgres, '--single', '-j', '-D', temporary, '-c', 'exit_on_error=on', 'postgres'] as const
  await run(asDatabaseUser(user, single), { ...settings, input: statements.map(sql => `${sql};\n\n`).join('') })
  log.info({ ms: Math.round(performance.now() - startedMs) }, 'Made the database')
}

const flushDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const otherMajor = (found: string, ours: string): AppError =>
  new AppError(
    'conflict',
    `The database was written by PostgreSQL ${found}, and this Parcela brings PostgreSQL ${ours}. Start the Parcela that wrote it, export its data (pg_dump), and import them here.`,
    { details: { reason: 'database_version' } },
  )
