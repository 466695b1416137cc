import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { waitUntil } from '@parcela/kit'
import { findNginxProcess, listNginxProcesses } from '../supervise/find-nginx-processes.ts'
import { sendSignal } from '../supervise/send-signal.ts'
import { testConfig } from './test-config.ts'

type Options = {
  binary: string
  directory: string
  text: string
  version: string
  findPid: () => Promise<number | undefined>
  findVersion: () => Promise<string | undefined>
  /** Whether nginx runs and takes it over now; else the configuration waits for its start. */
  isServing: boolean
  timeoutMs: number
}

/**
 * Test, swap, reload, confirm. Resolves when every new connection is served by this configuration. When nginx refuses it or does not confirm
 * in time, the file that was live is back and what was served is still served.
 */
export const applyConfig = async (options: Options): Promise<void> => {
  const { binary, directory, text, isServing, findPid } = options
  const file = join(directory, 'nginx.conf')
  const draft = join(directory, 'nginx.conf.draft')
  const previous = join(directory, 'nginx.conf.previous')
  // It holds the verify token: workers do not read it, nobody else may.
  await writeFile(draft, text, { mode: 0o600 })
  await testConfig({ binary, directory, file: draft })
  await rm(previous, { force: true })
  await rename(file, previous).catch(ignoreMissing)
  await rename(draft, file)
  if (!isServing) return
  const pid = await findPid()
  const before = (await listNginxProcesses(directory)).filter(({ kind }) => kind === 'worker')
  if (pid !== undefined) sendSignal(pid, 'SIGHUP')
  try {
    await confirm(
      options,
      before.map(worker => worker.pid),
    )
  } catch (cause) {
    await rename(previous, file).catch(ignoreMissing)
    throw new AppError(
      'unavailable',
      'nginx did not take over its new configuration in time; the one before stays live.',
      {
        cause,
      },
    )
  }
}

/** For 100 ms after a reload nginx lets old workers accept beside new ones; so it is done when the old ones only finish what they have. */
const confirm = async (
  { directory, version, findVersion, timeoutMs }: Options,
  oldWorkers: readonly number[],
): Promise<void> => {
  await waitUntil(async () => (await findVersion()) === version, { timeoutMs, everyMs: 5, what: 'new workers' })
  await waitUntil(
    async () => {
      const left = await Promise.all(oldWorkers.map(worker => findNginxProcess(directory, worker)))
      return left.every(process => process === undefined || process.kind === 'closing')
    },
    { timeoutMs, everyMs: 5, what: 'old workers to stop accepting' },
  )
}

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error
}
