export type Suite = { project: string; timeoutMs: number }

const minutes = (count: number): number => count * 60_000

/** The projects of vitest.config.ts in the order they run: the quickest answers come first. */
export const suites: readonly Suite[] = [
  { project: 'unit', timeoutMs: minutes(5) },
  { project: 'db', timeoutMs: minutes(8) },
  { project: 'conformance', timeoutMs: minutes(12) },
  { project: 'system', timeoutMs: minutes(20) },
  { project: 'browser', timeoutMs: minutes(12) },
  { project: 'crash', timeoutMs: minutes(20) },
]
