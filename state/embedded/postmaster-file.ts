import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export type PostmasterFile = { pid: number; isReady: boolean }

/**
 * What postmaster.pid says: the first line is the process id, the eighth the state of the server
 * (src/include/utils/pidfile.h). Undefined when there is none.
 */
export const readPostmasterFile = async (dataDirectory: string): Promise<PostmasterFile | undefined> => {
  try {
    const lines = (await readFile(pathOf(dataDirectory), 'utf8')).split('\n')
    return { pid: Number(lines[0]), isReady: lines[7]?.trim() === 'ready' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Only when no process of the server is left: PostgreSQL itself guards against a second server with this file. */
export const removePostmasterFile = (dataDirectory: string): Promise<void> => rm(pathOf(dataDirectory), { force: true })

const pathOf = (dataDirectory: string): string => join(dataDirectory, 'postmaster.pid')
