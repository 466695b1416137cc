import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countResults, type Report } from './count-results.ts'
import type { Outcome } from './outcome.ts'
import { runProgram } from './run-program.ts'
import type { Suite } from './suites.ts'

export type RunContext = {
  root: string
  /** The program that runs node scripts. */
  node: string
  env: NodeJS.ProcessEnv
  print: (text: string) => void
  signal: AbortSignal
}

/** Runs one project of vitest.config.ts, showing a line per test file, and counts it. Never throws: what cannot run has failed. */
export const runSuite = async (suite: Suite, context: RunContext): Promise<Outcome> => {
  const { root, node, env, print, signal } = context
  const folder = await mkdtemp(join(tmpdir(), 'parcela-suite-'))
  const file = join(folder, 'report.json')
  const began = performance.now()
  try {
    const argv = [
      node,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      suite.project,
      '--reporter=./test/run/progress-reporter.ts',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ] as const
    const { exitCode, output, timedOut } = await runProgram(argv, {
      cwd: root,
      env,
      timeoutMs: suite.timeoutMs,
      onOutput: text => print(withoutReportNotice(text)),
      signal,
    })
    return {
      name: suite.project,
      seconds: (performance.now() - began) / 1000,
      ...(existsSync(file)
        ? countResults(JSON.parse(await readFile(file, 'utf8')) as Report, { exitCode, root })
        : notCounted(whyNot(suite, { timedOut, interrupted: signal.aborted, output }))),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const notCounted = (reason: string): Pick<Outcome, 'passed' | 'failed' | 'failures'> => ({
  passed: 0,
  failed: 1,
  failures: [`could not run: ${reason}`],
})

const whyNot = (suite: Suite, end: { timedOut: boolean; interrupted: boolean; output: string }): string => {
  if (end.interrupted) return 'it was interrupted'
  if (end.timedOut) return `it did not end within ${suite.timeoutMs / 60_000} minutes`
  return lastLine(end.output)
}

const withoutReportNotice = (text: string): string => text.replace(/^JSON report written to .*\n/gm, '')
const lastLine = (text: string): string => text.trim().split('\n').at(-1) || 'it said nothing'
