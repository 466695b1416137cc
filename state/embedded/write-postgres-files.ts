import { chown, rename, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { DatabaseUser } from './database-user.ts'
import { renderConfiguration, renderHostBasedAccess, renderIdentities } from './render-postgres-files.ts'

/** The name of the configuration below the directory of the database. */
export const configurationFile = 'postgresql.conf'

/** Writes the server's configuration beside its data, anew at every start: what a newer version wants is there without a migration. */
export const writePostgresFiles = async (options: {
  directory: string
  socketDirectory: string
  user: DatabaseUser
}): Promise<void> => {
  const { directory, socketDirectory, user } = options
  const hbaFile = join(directory, 'pg_hba.conf')
  const identFile = join(directory, 'pg_ident.conf')
  const files = {
    [join(directory, configurationFile)]: renderConfiguration({ socketDirectory, hbaFile, identFile }),
    [hbaFile]: renderHostBasedAccess(),
    [identFile]: renderIdentities(['root', userInfo().username, user.name]),
  }
  for (const [path, text] of Object.entries(files)) await writeOwned(path, text, user)
}

const writeOwned = async (path: string, text: string, user: DatabaseUser): Promise<void> => {
  const temporary = `${path}.new`
  await writeFile(temporary, text, { mode: 0o600 })
  if (user.isOther) await chown(temporary, user.uid, user.gid)
  await rename(temporary, path)
}
