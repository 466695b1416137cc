import { AppError, type ErrorCode, errorAnswer, errorCodes } from '@parcela/contract'

/** The error that an answer with a status of 300 or above carries. Sign-in answers in its own shape, with a message alone. */
export const parseErrorAnswer = (origin: string, status: number, text: string): AppError => {
  const body = parseJson(text)
  const ours = errorAnswer.safeParse(body)
  if (ours.success) {
    const { code, message, fields, details } = ours.data.error
    return new AppError(code, message, { details: { ...details, ...(fields ? { fields } : {}) } })
  }
  const message =
    typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
      ? body.message
      : `${origin} answered with status ${status}. Is it a Parcela?`
  return new AppError(codeOf(status), message)
}

const codeOf = (status: number): ErrorCode => {
  const known = Object.entries(errorCodes).find(([, { status: its }]) => its === status)
  if (known) return known[0] as ErrorCode
  return status >= 500 ? 'unavailable' : 'invalid'
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    // Whatever stands between us and the server answers with a page of its own.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
