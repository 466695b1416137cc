/** What became of one suite or check. `failures` has a line or more for each thing that failed. */
export type Outcome = { name: string; passed: number; failed: number; seconds: number; failures: string[] }
