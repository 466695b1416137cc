import type { Outcome } from './outcome.ts'

/** What a run ends with: a row per suite, what failed, and the last line `N passed, N failed`. */
export const closingBlock = (outcomes: readonly Outcome[]): string => {
  const sum = (pick: (outcome: Outcome) => number): number => outcomes.reduce((total, one) => total + pick(one), 0)
  const failed = outcomes.filter(outcome => outcome.failed > 0)
  return [
    '',
    ...outcomes.map(row),
    ...(failed.length > 0 ? ['', 'Failed:'] : []),
    ...failed.flatMap(outcome => outcome.failures.map(failure => `  ${outcome.name}: ${failure}`)),
    '',
    `${sum(one => one.passed)} passed, ${sum(one => one.failed)} failed`,
    '',
  ].join('\n')
}

const row = ({ name, passed, failed, seconds }: Outcome): string =>
  `${name.padEnd(20)} ${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed ${seconds.toFixed(1).padStart(8)} s`
