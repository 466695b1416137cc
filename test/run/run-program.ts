import { spawn } from '@parcela/kit'

export type ProgramResult = { exitCode: number; output: string; timedOut: boolean }

type Options = {
  cwd: string
  env: NodeJS.ProcessEnv
  timeoutMs: number
  /** Receives output as it comes. */
  onOutput?: (text: string) => void
  signal: AbortSignal
}

const graceMs = 20_000

/**
 * Runs a program and everything it starts: when it takes too long, or the whole run is interrupted, it is asked to end, and after a while its
 * process group is ended.
 * Answers the output of both streams, in the order it came.
 */
export const runProgram = (argv: readonly [string, ...string[]], options: Options): Promise<ProgramResult> => {
  const { cwd, env, timeoutMs, onOutput, signal } = options
  return new Promise((resolve, reject) => {
    const child = spawn(argv, { cwd, env, output: 'pipe', detached: true })
    let output = ''
    let timedOut = false

    let killing: NodeJS.Timeout | undefined
    const end = () => {
      // vitest lets the running test's clean-up come to its end, which removes its containers.
      child.kill('SIGINT')
      killing = setTimeout(() => endGroup(child.pid), graceMs)
    }
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, timeoutMs)
    signal.addEventListener('abort', end, { once: true })

    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
        onOutput?.(text)
      })
    }
    child.on('error', reject)
    child.on('close', code => {
      clearTimeout(timer)
      clearTimeout(killing)
      signal.removeEventListener('abort', end)
      resolve({ exitCode: code ?? 128, output, timedOut })
    })
  })
}

const endGroup = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
