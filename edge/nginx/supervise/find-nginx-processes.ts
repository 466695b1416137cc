import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

export type NginxProcess = { pid: number; kind: 'master' | 'worker' | 'closing' }

/**
 * The nginx processes that belong to this directory: nothing else of the machine is ever signalled. Ours run in that working directory, which
 * neither a reused process id nor a web server of the system shares. `closing` workers finish what they have and accept nothing new.
 */
export const listNginxProcesses = async (directory: string): Promise<NginxProcess[]> => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(pid => findNginxProcess(directory, pid)))
  return found.filter(process => process !== undefined)
}

/** The process of this id when it is one of ours and alive; else undefined. */
export const findNginxProcess = async (directory: string, pid: number): Promise<NginxProcess | undefined> => {
  try {
    const title = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    if (!title.startsWith('nginx: ')) return undefined
    // A folder that was deleted under it, and maybe made again, is still the one it serves.
    if ((await readlink(`/proc/${pid}/cwd`)).replace(/ \(deleted\)$/, '') !== directory) return undefined
    // Upgrading the package while it runs leaves "nginx (deleted)".
    if (!basename(await readlink(`/proc/${pid}/exe`)).startsWith('nginx')) return undefined
    if (title.startsWith('nginx: master')) return { pid, kind: 'master' }
    return { pid, kind: title.includes('shutting down') ? 'closing' : 'worker' }
  } catch (error) {
    if (isOutOfSight(error)) return undefined
    throw error
  }
}

/** It ended while we looked, or it belongs to somebody else. */
const isOutOfSight = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code))
