import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'

/** Tests that take longer than this are worth a line of their own. */
const slowMs = 2_000

/** Prints a line for each test file as it ends, what its failures said, and each slow test as it ends. Says nothing at the end. */
export default class ProgressReporter implements Reporter {
  #root = ''

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root
  }

  onTestCaseResult(test: TestCase): void {
    const ms = test.diagnostic()?.duration ?? 0
    if (ms >= slowMs) print(`       ${seconds(ms)}  ${test.fullName}`)
  }

  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests()]
    const word = module.state() === 'passed' ? 'ok  ' : 'FAIL'
    const { duration, collectDuration, prepareDuration, setupDuration } = module.diagnostic()
    const ms = duration + collectDuration + prepareDuration + setupDuration
    print(`  ${word} ${seconds(ms)}  ${relative(this.#root, module.moduleId)} (${tests.length})`)

    for (const error of module.errors()) print(indent(explain(error)))
    for (const suite of module.children.allSuites())
      for (const error of suite.errors()) print(indent(`${suite.fullName}\n${explain(error)}`))
    for (const test of tests) {
      const result = test.result()
      if (result.state === 'skipped') print(indent(`skipped: ${test.fullName}`))
      for (const error of result.errors ?? []) print(indent(`${test.fullName}\n${explain(error)}`))
    }
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly { message: string; stack?: string }[]): void {
    for (const error of unhandled) print(indent(`outside of any test: ${explain(error)}`))
  }
}

const explain = (error: { message: string; stack?: string | undefined; diff?: string | undefined }): string => {
  const places = (error.stack ?? '')
    .split('\n')
    .filter(line => /^\s+at /.test(line) && !line.includes('/node_modules/'))
  return [error.message, error.diff, ...places.slice(0, 6)].filter(Boolean).join('\n')
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(6)} s`
const indent = (text: string): string => text.replace(/^/gm, '         ')
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
