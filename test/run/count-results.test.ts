import { describe, expect, it } from 'vitest'
import { countResults } from './count-results.ts'

const file = (status: string, tests: string[], message?: string) => ({
  name: '/here/state/leases.test.ts',
  status,
  ...(message === undefined ? {} : { message }),
  assertionResults: tests.map((word, index) => ({ status: word, fullName: `test ${index + 1}` })),
})
const count = (files: ReturnType<typeof file>[], exitCode = 0) =>
  countResults({ testResults: files }, { exitCode, root: '/here' })

describe('counting the results of a suite', () => {
  it('counts what passed', () => {
    expect(count([file('passed', ['passed', 'passed'])])).toEqual({ passed: 2, failed: 0, failures: [] })
  })

  it('names what failed, with the path from the checkout on', () => {
    expect(count([file('failed', ['passed', 'failed'])], 1)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['state/leases.test.ts: test 2'],
    })
  })

  it('counts a skipped test as failed', () => {
    expect(count([file('passed', ['passed', 'skipped', 'todo'])])).toMatchObject({
      passed: 1,
      failed: 2,
      failures: ['state/leases.test.ts: test 2 (skipped)', 'state/leases.test.ts: test 3 (todo)'],
    })
  })

  it('counts a file that could not be loaded as one failure, with the reason', () => {
    expect(count([file('failed', [], 'Cannot find module x\n  at y')], 1)).toMatchObject({
      passed: 0,
      failed: 1,
      failures: ['state/leases.test.ts: Cannot find module x'],
    })
  })

  it('counts a bad end as a failure when every test passed', () => {
    expect(count([file('passed', ['passed'])], 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('counts a suite without tests as failed', () => {
    expect(count([])).toMatchObject({ passed: 0, failed: 1, failures: ['has no tests'] })
  })
})
