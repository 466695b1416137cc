import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The token of this host: the stored one, or a new one that only its owner can read. */
export const readToken = async (home: string): Promise<string> => {
  const path = join(home, 'docker-api-token')
  await mkdir(home, { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readFile(path, 'utf8')).trim()
}
