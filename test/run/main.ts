import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closingBlock } from './closing-block.ts'
import type { Outcome } from './outcome.ts'
import { runCheck } from './run-check.ts'
import { type RunContext, runSuite } from './run-suite.ts'
import { staticChecks } from './static-checks.ts'
import { suites } from './suites.ts'

const [command = 'test', ...words] = process.argv.slice(2)
const known = ['checks', ...suites.map(suite => suite.project)]
const unknown = words.filter(word => !known.includes(word))
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; choose from: ${known.join(', ')}`)
  process.exit(2)
}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort())

const context: RunContext = {
  root: resolve(dirname(fileURLToPath(import.meta.url)), '../..'),
  node: process.execPath,
  env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, CI: 'true' },
  print: text => process.stdout.write(text),
  signal: interrupted.signal,
}

const wanted = words.length > 0 ? words : command === 'check' ? ['checks', 'unit'] : known
const outcomes: Outcome[] = []

if (wanted.includes('checks')) {
  console.log('checks')
  for (const check of staticChecks(context.node)) {
    if (!interrupted.signal.aborted) outcomes.push(await runCheck(check, context))
  }
}
for (const suite of suites.filter(one => wanted.includes(one.project))) {
  if (interrupted.signal.aborted) break
  console.log(`\n${suite.project}`)
  outcomes.push(await runSuite(suite, context))
}
if (interrupted.signal.aborted)
  outcomes.push({ name: 'run', passed: 0, failed: 1, seconds: 0, failures: ['was interrupted'] })

process.stdout.write(closingBlock(outcomes))
process.exitCode = outcomes.some(outcome => outcome.failed > 0) ? 1 : 0
