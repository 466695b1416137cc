import { readdir, readlink, realpath } from 'node:fs/promises'

/** Processes that ended, or that belong to somebody else, have no working directory that we can see. */
const unseen = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM']

/**
 * The processes of the server of a data directory, orphans included. Every process of PostgreSQL works in its data directory; a zombie does
 * not any more. That is surer than postmaster.pid, whose number another process may have got since, or a zombie may hold for ever.
 */
export const listServerProcesses = async (dataDirectory: string): Promise<number[]> => {
  const wanted = await realpath(dataDirectory)
  const pids = (await readdir('/proc')).filter(name => /^[0-9]+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(async pid => ((await findWorkingDirectory(pid)) === wanted ? pid : 0)))
  return found.filter(pid => pid !== 0)
}

const findWorkingDirectory = async (pid: number): Promise<string | undefined> => {
  try {
    return await readlink(`/proc/${pid}/cwd`)
  } catch (error) {
    if (unseen.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Sends a signal; a process that is gone is success. */
export const signalProcess = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
