import { type ErrorCode, errorCodes } from './error-code.ts'

/** What an `AppError` may carry besides its message. All of it may be shown to the person who asked. */
export type ErrorDetails = {
  /** Field or file name -> what is wrong with it and what to do. */
  fields?: Record<string, string>
  /** A stable word for one situation (`name_taken`), so that a page can say it in its own language. */
  reason?: string
  [key: string]: unknown
}

type Options = { details?: ErrorDetails; cause?: unknown }

/**
 * The one error of Parcela. The message is for a person: what was tried, what was refused, what to do.
 * It never holds a secret, a path of the host or a stack; those belong in `cause`, which only the log sees.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails | undefined

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }
}

/** An `invalid` error about named fields; the message is the first of them, so that a terminal shows something useful. */
export const invalidFields = (fields: Record<string, string>, cause?: unknown): AppError => {
  const [name, problem] = Object.entries(fields)[0] ?? ['request', 'is not valid']
  return new AppError('invalid', `${name}: ${problem}`, { details: { fields }, cause })
}

/** Any thrown value as an `AppError`: unknown failures become `internal` and keep the original as cause. */
export const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError
    ? thrown
    : new AppError('internal', 'Something failed inside Parcela. The log of this request has the details.', {
        cause: thrown,
      })
