import { type ChildProcess, spawn as spawnChild } from 'node:child_process'

export type RunOptions = {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** Ended with SIGKILL after this long. */
  timeoutMs: number
  /** Given to standard input. */
  input?: string
  uid?: number
  gid?: number
  signal?: AbortSignal
  /** Output beyond this is dropped; 4 MiB unless given. */
  outputBytes?: number
}

export type RunResult = { exitCode: number; stdout: string; stderr: string }

/** A program that ended badly, with what it said. */
export class SubprocessError extends Error {
  readonly program: string
  readonly result: RunResult

  constructor(program: string, result: RunResult) {
    super(`${program} ended with ${result.exitCode}: ${lastLines(result.stderr || result.stdout)}`)
    this.name = 'SubprocessError'
    this.program = program
    this.result = result
  }
}

const defaultOutputBytes = 4 * 1024 * 1024

/**
 * Runs a program to its end: an argv array, never a shell. Answers its output; throws `SubprocessError` when it exits with another code than 0,
 * is ended by a signal or takes too long.
 */
export const run = async (argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> => {
  const result = await runToEnd(argv, options)
  if (result.exitCode !== 0) throw new SubprocessError(argv[0], result)
  return result
}

/** As `run`, but any exit code is an answer: for programs whose exit code is their result. */
export const runToEnd = (argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> => {
  const { timeoutMs, input, signal, outputBytes = defaultOutputBytes, ...rest } = options
  const [program, ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawnChild(program, args, {
      ...rest,
      ...(signal ? { signal } : {}),
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout = collect(child.stdout, outputBytes)
    const stderr = collect(child.stderr, outputBytes)
    child.on('error', reject)
    // A program that does not read its input closes the pipe; its exit code tells the rest.
    child.stdin.on('error', error => stderr.push(`${error.message}\n`))
    child.stdin.end(input ?? '')
    child.on('close', (code, killedBy) => {
      if (killedBy)
        stderr.push(`\nended by ${killedBy}${killedBy === 'SIGKILL' ? ` after at most ${timeoutMs} ms` : ''}`)
      resolve({ exitCode: code ?? 128, stdout: stdout.join(''), stderr: stderr.join('') })
    })
  })
}

export type SpawnOptions = {
  cwd?: string
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  /** Where output goes: `pipe` to read it, or an open file's descriptor. */
  output: 'pipe' | 'ignore' | number
  detached?: boolean
}

/** Starts a program that stays: the caller supervises it. An argv array, never a shell. */
export const spawn = (argv: readonly [string, ...string[]], options: SpawnOptions): ChildProcess => {
  const { output, ...rest } = options
  const [program, ...args] = argv
  return spawnChild(program, args, { ...rest, stdio: ['ignore', output, output] })
}

const collect = (stream: NodeJS.ReadableStream, limit: number): string[] => {
  const parts: string[] = []
  let length = 0
  stream.setEncoding('utf8')
  stream.on('data', (part: string) => {
    length += part.length
    if (length <= limit) parts.push(part)
  })
  return parts
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-8).join('\n')
