import type { Outcome } from './outcome.ts'

/** The part of vitest's JSON report that is counted. */
export type Report = {
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

/**
 * Counts a report. A skipped or unfinished test counts as failed: a green run means that everything ran. So does a file that failed outside
 * its tests, and a run that ended badly although no test says so.
 */
export const countResults = (
  report: Report,
  run: { exitCode: number; root: string },
): Pick<Outcome, 'passed' | 'failed' | 'failures'> => {
  const failures = report.testResults.flatMap(file => {
    const name = file.name.replace(`${run.root}/`, '')
    const tests = file.assertionResults.filter(test => test.status !== 'passed')
    if (tests.length === 0 && file.status !== 'passed')
      return [`${name}: ${firstLine(file.message) || 'failed to load'}`]
    return tests.map(test => `${name}: ${test.fullName}${test.status === 'failed' ? '' : ` (${test.status})`}`)
  })
  const passed = report.testResults
    .flatMap(file => file.assertionResults)
    .filter(test => test.status === 'passed').length
  if (passed === 0 && failures.length === 0) failures.push('has no tests')
  if (failures.length === 0 && run.exitCode !== 0)
    failures.push(`ended with ${run.exitCode} although its tests passed; an error outside of them is reported above`)
  return { passed, failed: failures.length, failures }
}

const firstLine = (text: string | undefined): string => (text ?? '').trim().split('\n')[0] ?? ''
