import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
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

const folders = ['routes', 'targets', 'certificates', 'pages', 'temporary']

/**
 * Makes the folders, the error pages and the token (`verifyToken` where one is in use). Idempotent; what the workers read belongs to their group and
 * to nobody else.
 */
export const prepareDirectory = async (
  wanted: string,
  gid: number | null,
  verifyToken?: string,
): Promise<PreparedDirectory> => {
  const home = dirname(wanted)
  await mkdir(home, { recursive: true })
  const directory = await realpath(await ensureServiceDirectory(home, basename(wanted)))
  for (const name of folders) {
    const folder = join(directory, name)
    await mkdir(folder, { recursive: true })
    if (gid !== null) await chown(folder, 0, gid)
    await chmod(folder, 0o750)
  }
  for (const [name, content] of Object.entries(renderErrorPages())) {
    const file = join(directory, pageFile(name))
    // nginx may be serving the page just now.
    await writeFile(`${file}.draft`, content)
    await rename(`${file}.draft`, file)
  }
  return {
    directory,
    controlSocket: join(await ensureSocketDirectory(home, basename(wanted)), 'control.sock'),
    verifyToken: await ensureVerifyToken(join(directory, 'verify-token'), verifyToken),
    isFirstSinceBoot: await isFirstSinceBoot(join(directory, 'boot-id')),
  }
}

/** What is missing from a directory that was prepared and serves: names within it. */
export const listMissing = async (directory: string): Promise<string[]> => {
  const expected = [...folders, 'log', 'verify-token', 'nginx.conf', ...Object.keys(renderErrorPages()).map(pageFile)]
  const found = await Promise.all(expected.map(name => stat(join(directory, name)).catch(ignoreMissing)))
  return expected.filter((_, index) => found[index] === undefined)
}

const pageFile = (name: string): string => join('pages', name)

const ensureVerifyToken = async (file: string, inUse: string | undefined): Promise<string> => {
  const found = await readFile(file, 'utf8').catch(ignoreMissing)
  if (found && /^[0-9a-f]{64}$/.test(found) && (inUse ?? found) === found) return found
  const token = inUse ?? randomBytes(32).toString('hex')
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
