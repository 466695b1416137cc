import { AppError } from '@parcela/contract'
import type { Context } from '../commands/context.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { paint, printLine } from './terminal.ts'

/** Says what went wrong, with the fields or files it is about, and answers the exit code. */
export const printFailure = (thrown: unknown, { terminal, signal }: Context): number => {
  const { notes } = terminal
  if (signal.aborted) {
    printLine(notes, 'Interrupted. What the server had accepted goes on.')
    return exitCodes.interrupted
  }
  if (isTimeout(thrown)) {
    printLine(notes, `${paint(terminal, 'red', 'Not live in time.')} The work goes on; see: parcela list`)
    return exitCodes.noAnswer
  }
  const error = thrown instanceof AppError ? thrown : undefined
  printLine(notes, paint(terminal, 'red', error?.message ?? `This should not happen: ${String(thrown)}`))
  for (const [field, problem] of fieldsBeyond(error)) printLine(notes, `  ${field}: ${problem}`)
  const suggestion = error?.details?.suggestion
  if (typeof suggestion === 'string') printLine(notes, `  ${suggestion} is free.`)
  if (error?.code === 'unauthenticated' && !error.message.includes('parcela login'))
    printLine(notes, '  Sign in with: parcela login')
  return error ? exitCodeOf[error.code] : exitCodes.failed
}

const mostFields = 20

/** The message is about the first field already. */
const fieldsBeyond = (error: AppError | undefined): [string, string][] =>
  Object.entries(error?.details?.fields ?? {})
    .filter(([field, problem]) => error?.message !== `${field}: ${problem}`)
    .slice(0, mostFields)

/** What a deadline aborts throws an error of its own, with the deadline as cause. */
const isTimeout = (thrown: unknown): boolean =>
  thrown instanceof Error && (thrown.name === 'TimeoutError' || isTimeout(thrown.cause))
