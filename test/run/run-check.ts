import type { Outcome } from './outcome.ts'
import { runProgram } from './run-program.ts'
import type { RunContext } from './run-suite.ts'
import type { StaticCheck } from './static-checks.ts'

/** Runs one static check; its output is shown only when it fails. */
export const runCheck = async (check: StaticCheck, context: RunContext): Promise<Outcome> => {
  const began = performance.now()
  const { exitCode, output, timedOut } = await runProgram(check.argv, {
    cwd: context.root,
    env: context.env,
    timeoutMs: check.timeoutMs,
    signal: context.signal,
  })
  const seconds = (performance.now() - began) / 1000
  const passed = exitCode === 0
  if (!passed) context.print(output)
  context.print(`  ${passed ? 'ok  ' : 'FAIL'} ${seconds.toFixed(1).padStart(6)} s  ${check.name}\n`)
  if (!passed) context.print(`         ${timedOut ? 'It took too long.' : check.help}\n`)
  return {
    name: check.name,
    seconds,
    passed: passed ? 1 : 0,
    failed: passed ? 0 : 1,
    failures: passed ? [] : [check.name],
  }
}
