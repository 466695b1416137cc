/** What an ACME server said went wrong (RFC 8555, section 6.7). */
export type AcmeProblem = {
  /** The last part of its URN: `rateLimited`. Empty where it used none. */
  type: string
  /** Its words, made harmless and short. */
  detail: string
  /** The names it speaks of. */
  names: readonly string[]
  /** The HTTP status; 200 for a failed validation, which is no failed request. */
  status: number
  /** The header Retry-After as it was. */
  retryAfter: string | undefined
  /** The authority looked at the challenge and was not convinced. */
  isValidation: boolean
}

type Answer = { status: number; headers: string; body: Record<string, unknown> }

const longestDetail = 400
const problemPrefix = 'urn:ietf:params:acme:error:'

/**
 * The problem that ended a run, from certbot's debug log: what it prints is cut off by some versions (with Python 3.11, its exceptions lose
 * their message). Several names that could not be validated are told as one. Undefined when no answer of the server was the cause.
 */
export const findProblem = (log: string): AcmeProblem | undefined => {
  const answers = readAnswers(log)
  const validations = answers.flatMap(listFailedValidations)
  const [first] = validations
  if (first) return { ...first, names: [...new Set(validations.flatMap(({ names }) => names))] }
  const last = answers.at(-1)
  return last && last.status >= 400 ? readProblem(last.body, last) : undefined
}

/** Each record of the log begins with its time; an answer's begins with its status and headers, then an empty line and the body. */
const readAnswers = (log: string): Answer[] =>
  log.split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}:)/m).flatMap(record => {
    const [, status, headers = '', body = ''] =
      /:acme\.client:Received response:\nHTTP (\d{3})\n([\s\S]*?)\n\n([\s\S]*)/.exec(record) ?? []
    return status === undefined ? [] : [{ status: Number(status), headers, body: parseBody(body) }]
  })

const listFailedValidations = (answer: Answer): AcmeProblem[] => {
  const { status, identifier, challenges } = answer.body
  if (status !== 'invalid' || !Array.isArray(challenges)) return []
  return challenges.flatMap(challenge => {
    const { error } = toObject(challenge)
    if (error === undefined) return []
    const { value } = toObject(identifier)
    const problem = readProblem(toObject(error), answer)
    return [{ ...problem, isValidation: true, names: typeof value === 'string' ? [clean(value)] : problem.names }]
  })
}

const readProblem = (problem: Record<string, unknown>, { status, headers }: Answer): AcmeProblem => {
  const { type, detail, subproblems } = problem
  const parts = Array.isArray(subproblems) ? subproblems.map(toObject) : []
  return {
    type: typeof type === 'string' && type.startsWith(problemPrefix) ? clean(type.slice(problemPrefix.length)) : '',
    detail: clean([detail, ...parts.map(part => part.detail)].filter(words => typeof words === 'string').join(' ')),
    names: parts.flatMap(part => {
      const { value } = toObject(part.identifier)
      return typeof value === 'string' ? [clean(value)] : []
    }),
    status,
    retryAfter: /^retry-after: *(.+)$/im.exec(headers)?.[1]?.trim(),
    isValidation: false,
  }
}

const parseBody = (text: string): Record<string, unknown> => {
  try {
    return toObject(JSON.parse(text))
  } catch (error) {
    // A certificate, an empty body, or the page of a proxy in between.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

const toObject = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? { ...value } : {}

/** The words of somebody else: one line, without control characters, not for ever. */
const clean = (words: string): string => {
  const line = words.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > longestDetail ? `${line.slice(0, longestDetail)}...` : line
}
