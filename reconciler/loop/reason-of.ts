import type { AppError, StatusReason } from '@parcela/contract'

/** A failure as people are told it, in a form that a page can put into any language: its word, and the numbers and texts that belong to it. */
export const reasonOf = ({ code, message, details = {} }: AppError, step: string | null): StatusReason => {
  const { reason, ...rest } = details
  if (reason === undefined) return { code, message, step }
  const values = Object.entries(rest).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  )
  return { code, message, step, reason, ...(values.length > 0 ? { values: Object.fromEntries(values) } : {}) }
}
