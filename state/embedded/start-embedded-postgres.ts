import { chmod, chown, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import type { Log } from '@parcela/kit'
import { ensureServiceDirectory, ensureSocketDirectory } from '@parcela/kit'
import { applicationRole } from '../database/application-role.ts'
import { createDataDirectory } from './create-data-directory.ts'
import { type DatabaseUser, ensureDatabaseUser } from './database-user.ts'
import { endOrphans } from './end-orphans.ts'
import { ensureApplicationLogin } from './ensure-application-login.ts'
import { ensurePostgresBinaries } from './ensure-postgres-binaries.ts'
import { lockDirectory } from './lock-directory.ts'
import { ownerRole, socketPort, superuserRole } from './render-postgres-files.ts'
import { supervisePostmaster } from './supervise-postmaster.ts'
import { writePostgresFiles } from './write-postgres-files.ts'

export type EmbeddedPostgres = {
  /** For `pg`: the database `parcela` as the role `parcela` (its owner, may create databases, no superuser), through the unix socket. */
  connectionString: string
  /** The same as the role that owns nothing: what everything but migrations uses. */
  applicationConnectionString: string
  /** The process id of the server; undefined while it is being restarted. It changes when the server is restarted. */
  readonly pid: number | undefined
  /** Ends the server: sessions are cut, everything committed is on disk. Twice equals once. */
  stop(): Promise<void>
}

/** Where root keeps what its unprivileged users run. */
const systemCache = '/var/cache/parcela'

/**
 * Starts the PostgreSQL that npm ships, with its data below `home`, and keeps it running: a server that dies is started again with a growing
 * pause. No TCP; the unix socket lets in this user, root and the server's own user, checked by the kernel. As root the server runs as the
 * system user `parcela-db`, made here when missing. A server that outlived its supervisor is stopped first.
 *
 * `conflict` when another process supervises the same data, or the data was written by another major version; `unavailable` when the server
 * does not start, with the end of its log as cause.
 */
export const startEmbeddedPostgres = async ({ home, log }: { home: string; log: Log }): Promise<EmbeddedPostgres> => {
  const user = await ensureDatabaseUser()
  const [binaries, directory] = await Promise.all([
    ensurePostgresBinaries({ cache: user.isOther ? systemCache : join(home, 'cache'), log }),
    ensureServiceDirectory(home, 'postgres'),
  ])
  const lock = await lockDirectory(directory)
  try {
    await own(directory, user)
    const dataDirectory = await createDataDirectory({ directory, binaries, user, log })
    await endOrphans(dataDirectory, log)

    const socketDirectory = await ensureSocketDirectory(home, 'postgres')
    await own(socketDirectory, user)
    const logFile = join(home, 'log', 'postgres.log')
    await mkdir(join(home, 'log'), { recursive: true })
    await writePostgresFiles({ directory, socketDirectory, user })

    const postmaster = await supervisePostmaster({ binaries, directory, dataDirectory, user, logFile, log })
    const addressOf = (role: string, database: string): string =>
      `postgresql://${role}@/${database}?host=${encodeURIComponent(socketDirectory)}&port=${socketPort}`
    await ensureApplicationLogin(addressOf(superuserRole, 'postgres')).catch(async error => {
      await postmaster.stop()
      throw error
    })
    return {
      connectionString: addressOf(ownerRole, ownerRole),
      applicationConnectionString: addressOf(applicationRole, ownerRole),
      get pid() {
        return postmaster.pid
      },
      stop: async () => {
        await postmaster.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Gives a directory to the server's user, and to nobody else. One that belongs to a third user, or is a link, was put there by them. */
const own = async (directory: string, user: DatabaseUser): Promise<void> => {
  const found = await lstat(directory)
  const isTrusted = [user.uid, process.getuid?.()].includes(found.uid)
  if (!found.isDirectory() || !isTrusted) {
    throw new AppError('conflict', 'A directory of the database belongs to somebody else. Remove it and start again.', {
      cause: new Error(directory),
    })
  }
  if (user.isOther) await chown(directory, user.uid, user.gid)
  await chmod(directory, 0o700)
}
