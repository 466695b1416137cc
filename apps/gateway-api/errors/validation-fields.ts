import { AppError, invalidFields } from '@parcela/contract'

/** The part of a zod issue, or of what fastify-type-provider-zod makes of one, that a message needs. */
export type Problem = { path: readonly PropertyKey[]; code: string; message: string; keys?: readonly string[] }

/** Issues as `invalid` with one sentence per field: `files.3.path`, unknown fields by their own name. */
export const toInvalid = (problems: readonly Problem[], prefix: readonly string[] = []): AppError => {
  const fields: Record<string, string> = {}
  for (const problem of problems) {
    const path = [...prefix, ...problem.path.map(String)]
    if (problem.code === 'unrecognized_keys') {
      for (const key of problem.keys ?? []) {
        fields[[...path, key].join('.')] ??= 'there is no such field; check the spelling'
      }
    } else fields[path.join('.') || 'request'] ??= sentence(problem)
  }
  return invalidFields(fields)
}

/** zod's own words where the contract has none. */
const sentence = ({ code, message }: Problem): string => {
  if (code !== 'invalid_type')
    return message
      .replace(/^Too small: expected \S+ to be >=(\S+)$/, 'must be at least $1')
      .replace(/^Too big: expected \S+ to be <=(\S+)$/, 'must be at most $1')
      .replace(/^Invalid (input|option): expected /, 'must be ')
  if (message.endsWith('received undefined')) return 'is missing'
  return message
    .replace(/^Invalid input: expected number, received NaN$/, 'must be a number')
    .replace(/^Invalid input: expected (\S+), received (\S+)$/, 'must be of type $1, not $2')
}

/** A body that cannot even be read; answered with 400 instead of 422. */
export const unreadable = (message: string, cause?: unknown): AppError =>
  new AppError('invalid', message, { details: { reason: unreadableReason }, cause })

export const unreadableReason = 'unreadable'
