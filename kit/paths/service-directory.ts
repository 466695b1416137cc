import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, realpath, rm, rmdir, stat, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ignoreMissing } from '../files/ignore-missing.ts'
import { run } from '../subprocess/run.ts'

/** Unix socket paths end at 107 bytes on Linux; room for the name of the socket is left. */
const socketDirectoryBytes = 80
/** A database of gigabytes may go to another disk. */
const moveTimeoutMs = 3_600_000

/**
 * A directory under `home` that another system user must reach. Where a folder above `home` is closed to others (a checkout in /root), the
 * directory lies below /var/lib/parcela instead and `home` holds a link to it. Idempotent. What is there already stays what it is: a link is
 * followed wherever it leads, and a directory that others cannot reach (any more, or from a backup) is moved. Throws when that would hide data.
 */
export const ensureServiceDirectory = async (home: string, name: string): Promise<string> => {
  const wanted = join(home, name)
  // Who is not root starts nothing as another user.
  if (process.getuid?.() !== 0 || (await isReachableByOthers(home))) {
    await mkdir(wanted, { recursive: true })
    return wanted
  }
  const linked = await findLinked(wanted)
  if (linked && (await isReachableByOthers(dirname(linked)))) return linked

  const elsewhere = join('/var/lib/parcela', shortHash(home), name)
  await mkdir(dirname(elsewhere), { recursive: true })
  await chmod('/var/lib/parcela', 0o755)
  await chmod(dirname(elsewhere), 0o755)
  await mkdir(home, { recursive: true })
  await moveOut(wanted, elsewhere)
  await mkdir(elsewhere, { recursive: true })
  await rm(wanted, { force: true })
  await symlink(elsewhere, wanted)
  return elsewhere
}

/** The directory that a link leads to; undefined where there is no link, or where it leads nowhere. */
const findLinked = async (path: string): Promise<string | undefined> => {
  const found = await lstat(path).catch(ignoreMissing)
  return found?.isSymbolicLink() ? realpath(path).catch(ignoreMissing) : undefined
}

const moveOut = async (from: string, to: string): Promise<void> => {
  const found = await lstat(from).catch(ignoreMissing)
  if (!found?.isDirectory()) return
  const there = await readdir(to).catch(ignoreMissing)
  if (there && there.length > 0) {
    if ((await readdir(from)).length > 0)
      throw new Error(
        `${from} and ${to} both hold data. Remove the one that is not wanted (a backup keeps it safe), and start again.`,
      )
    return rmdir(from)
  }
  if (there) await rmdir(to)
  // Between file systems, too, with owners and modes.
  await run(['mv', '--no-target-directory', '--', from, to], { timeoutMs: moveTimeoutMs })
}

/** A directory for unix sockets with a path short enough for them: below `home` where that fits, else below /tmp. Mode 0711: sockets guard themselves. */
export const ensureSocketDirectory = async (home: string, name: string): Promise<string> => {
  const inHome = join(await ensureServiceDirectory(home, 'run'), name)
  const directory =
    Buffer.byteLength(inHome) <= socketDirectoryBytes ? inHome : join('/tmp', `parcela-${shortHash(home)}-${name}`)
  await mkdir(directory, { recursive: true, mode: 0o711 })
  const { uid } = await lstat(directory)
  if (process.getuid && uid !== process.getuid() && process.getuid() !== 0) {
    throw new Error(`${directory} belongs to another user; remove it and start again`)
  }
  return directory
}

/** Removes what `ensureServiceDirectory` made, wherever it lies. */
export const removeServiceDirectory = async (home: string, name: string): Promise<void> => {
  const elsewhere = join('/var/lib/parcela', shortHash(home))
  const linked = await findLinked(join(home, name))
  await rm(join(elsewhere, name), { recursive: true, force: true })
  if (linked?.startsWith('/var/lib/parcela/')) await rm(linked, { recursive: true, force: true })
  await rm(join(home, name), { recursive: true, force: true })
  for (const folder of [elsewhere, ...(linked ? [dirname(linked)] : [])]) await rmdir(folder).catch(ignoreInUse)
}

/** Whether every folder down to this one may be entered by any user of the system. What does not exist yet is taken to be made so. */
export const isReachableByOthers = async (path: string): Promise<boolean> => {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(ignoreMissing)
    if (found && (found.mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

const ignoreInUse = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT' || error.code === 'ENOTEMPTY') return undefined
  throw error
}

const shortHash = (text: string): string => createHash('sha256').update(resolve(text)).digest('hex').slice(0, 10)
