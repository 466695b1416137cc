import { z } from 'zod'

/** Every way a request can fail, with its HTTP status and whether sending the same request again can help. */
export const errorCodes = {
  invalid: { status: 422, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  quota_exceeded: { status: 409, retryable: false },
  capacity_exceeded: { status: 409, retryable: false },
  too_large: { status: 413, retryable: false },
  rejected: { status: 422, retryable: false },
  busy: { status: 429, retryable: true },
  internal: { status: 500, retryable: true },
  unavailable: { status: 503, retryable: true },
} as const

export type ErrorCode = keyof typeof errorCodes

export const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])
