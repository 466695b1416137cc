import { type Log, waitUntil } from '@parcela/kit'
import { readPostmasterFile, removePostmasterFile } from './postmaster-file.ts'
import { listServerProcesses, signalProcess } from './server-processes.ts'

/**
 * Ends what is left of an earlier server on this data, whose supervisor is gone: first with time to write everything out, then by force,
 * which costs a recovery and no data. Afterwards no process works on the data and no stale pid file is in the way. The caller holds the lock.
 */
export const endOrphans = async (dataDirectory: string, log: Log): Promise<void> => {
  const left = await readPostmasterFile(dataDirectory)
  if (!left) return
  const processes = await listServerProcesses(dataDirectory)
  if (processes.length > 0) {
    log.warn({ pid: left.pid, processes }, 'A database server outlived its supervisor; ending it')
    await endServer(dataDirectory, left.pid)
  }
  await removePostmasterFile(dataDirectory)
}

/** Fast, then immediate, then kill (pg_ctl's words), each with a deadline. */
const endServer = async (dataDirectory: string, postmaster: number): Promise<void> => {
  const attempts = [
    { signal: 'SIGINT', timeoutMs: 15_000, all: false },
    { signal: 'SIGQUIT', timeoutMs: 5_000, all: true },
    { signal: 'SIGKILL', timeoutMs: 5_000, all: true },
  ] as const
  for (const { signal, timeoutMs, all } of attempts) {
    const processes = await listServerProcesses(dataDirectory)
    // Without their postmaster the others end by themselves; the gentle signal is for it alone.
    for (const pid of processes) if (all || pid === postmaster) signalProcess(pid, signal)
    if (await isGone(dataDirectory, timeoutMs)) return
  }
  throw new Error(`The processes of the database server in ${dataDirectory} do not end`)
}

const isGone = async (dataDirectory: string, timeoutMs: number): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs
  const look = async (): Promise<'gone' | 'late' | false> => {
    if ((await listServerProcesses(dataDirectory)).length === 0) return 'gone'
    return Date.now() >= deadline && 'late'
  }
  return (await waitUntil(look, { timeoutMs: timeoutMs + 1000, what: 'the database server to end' })) === 'gone'
}
