import { AppError } from '@parcela/contract'

/**
 * The same object, whose methods answer `unavailable` where the database could not be reached or was shutting down. Everything else is thrown
 * as it is: an unknown failure of a query is a bug.
 */
export const translateFailures = <T extends object>(methods: T): T =>
  Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, typeof method === 'function' ? translated(method) : method]),
  ) as T

const translated =
  (method: (...args: unknown[]) => unknown) =>
  (...args: unknown[]): unknown => {
    const answer = method(...args)
    return answer instanceof Promise ? answer.catch(rethrow) : answer
  }

const rethrow = (error: unknown): never => {
  if (!isOutage(error)) throw error
  throw new AppError('unavailable', 'The database did not answer. Try again in a moment.', {
    details: { reason: 'database_unavailable' },
    cause: error,
  })
}

const networkFailures = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])

/** Class 08 is a lost connection, 53 too few resources (connections, disk, memory), 57P0x a server that stops or starts (PostgreSQL, appendix A). */
const isOutage = (error: unknown): boolean => {
  if (error instanceof AppError || !(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (networkFailures.has(code) || /^(08|53)|^57P0[1-5]/.test(code)) return true
  return code === '' && /^Connection terminated|timeout exceeded when trying to connect/.test(error.message)
}
