import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ensureServiceDirectory, ensureSocketDirectory, ignoreMissing } from '@parcela/kit'
import { renderErrorPages } from '../render/render-error-pages.ts'

export type PreparedDirectory = {
  /** With every link resolved, as /proc shows it. */
  directory: string
  controlSocket: string
  /** The same at every start, so that an adopted nginx knows it. */
  verifyToken: string
  /** Whether the machine was started anew since the last time: then what lies here may be older than what was promised. */
  isFirstSinceBoot: boolean
}

/** Makes the folders, the error pages and the token. Idempotent; what the workers read belongs to their group and to nobody else. */
export const prepareDirectory = async (wanted: string, gid: number | null): Promise<PreparedDirectory> => {
  const home = dirname(wanted)
  await mkdir(home, { recursive: true })
  const directory = await realpath(await ensureServiceDirectory(home, basename(wanted)))
  for (const name of ['routes', 'targets', 'certificates', 'pages', 'temporary']) {
    const folder = join(directory, name)
    await mkdir(folder, { recursive: true })
    if (gid !== null) await chown(folder, 0, gid)
    await chmod(folder, 0o750)
  }
  for (const [name, content] of Object.entries(renderErrorPages())) {
    const file = join(directory, 'pages', name)
    // nginx may be serving the page just now.
    await writeFile(`${file}.draft`, content)
    await rename(`${file}.draft`, file)
  }
  return {
    directory,
    controlSocket: join(await ensureSocketDirectory(home, basename(wanted)), 'control.sock'),
    verifyToken: await ensureVerifyToken(join(directory, 'verify-token')),
    isFirstSinceBoot: await isFirstSinceBoot(join(directory, 'boot-id')),
  }
}

const ensureVerifyToken = async (file: string): Promise<string> => {
  const found = await readFile(file, 'utf8').catch(ignoreMissing)
  if (found && /^[0-9a-f]{64}$/.test(found)) return found
  const token = randomBytes(32).toString('hex')
  await writeFile(`${file}.draft`, token, { mode: 0o600 })
  await rename(`${file}.draft`, file)
  return token
}

const isFirstSinceBoot = async (file: string): Promise<boolean> => {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  const found = await readFile(file, 'utf8').catch(ignoreMissing)
  if (found !== bootId) await writeFile(file, bootId)
  return found !== undefined && found !== bootId
}
