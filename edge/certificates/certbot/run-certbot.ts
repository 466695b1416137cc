import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { spawn } from '@parcela/kit'
import { certbotMissing } from './explain-failure.ts'

export type CertbotRun = {
  exitCode: number
  stdout: string
  stderr: string
}

type Options = { binary: string; directory: string; env: Record<string, string>; signal: AbortSignal }

/** Certbot takes its challenges back and goes; after this long it is ended the hard way. */
const graceMs = 5000
/** Where certbot lies, also for people whose own search path lacks those of root, and from snap. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin'

/**
 * Runs certbot to its end, and ends it, its hooks too, when `signal` says so. The kernel ends it when we die: without us, its hooks could
 * publish nothing, and the authority would count failures.
 */
export const runCertbot = async (args: readonly string[], options: Options): Promise<CertbotRun> => {
  const { binary, directory, env, signal } = options
  const child = spawn(['setpriv', '--pdeathsig', 'TERM', binary, ...args], {
    cwd: directory,
    env: { PATH: searchPath, LANG: 'C.UTF-8', HOME: directory, ...env },
    output: 'pipe',
    // A group of its own, so that nothing it started is left when it has to be ended.
    detached: true,
  })
  let hardEnd: NodeJS.Timeout | undefined
  const end = (): void => {
    child.kill('SIGTERM')
    hardEnd = setTimeout(() => endGroup(child.pid), graceMs)
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close').catch(cause => {
        throw certbotMissing(cause)
      }),
      child.stdout ? text(child.stdout) : '',
      child.stderr ? text(child.stderr) : '',
    ])
    return { exitCode: code ?? 128, stdout, stderr }
  } finally {
    signal.removeEventListener('abort', end)
    clearTimeout(hardEnd)
  }
}

const endGroup = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
