import type { ErrorCode } from '@parcela/contract'

/** What scripts may rely on. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  noAnswer: 5,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const

export const exitCodeOf: Record<ErrorCode, number> = {
  invalid: exitCodes.failed,
  unauthenticated: exitCodes.notSignedIn,
  forbidden: exitCodes.failed,
  not_found: exitCodes.notFound,
  conflict: exitCodes.failed,
  quota_exceeded: exitCodes.failed,
  capacity_exceeded: exitCodes.failed,
  too_large: exitCodes.failed,
  rejected: exitCodes.failed,
  busy: exitCodes.noAnswer,
  internal: exitCodes.failed,
  unavailable: exitCodes.noAnswer,
}
