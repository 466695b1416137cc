import { AppError, type ErrorAnswer, errorAnswerOf, toAppError } from '@parcela/contract'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { toInvalid, unreadable, unreadableReason } from './validation-fields.ts'

type FastifyFailure = Error & { code?: string; statusCode?: number }

/** Any thrown value as the answer's status and body; what is not ours stays in the log. */
export const toErrorAnswer = (
  thrown: unknown,
  requestId: string,
): { status: number; body: ErrorAnswer; error: AppError } => {
  const error = translate(thrown)
  const status = statuses[error.details?.reason ?? ''] ?? error.status
  return { error, status, body: errorAnswerOf(error, requestId) }
}

/** Asked under a name that is not the page's: "Misdirected Request" (RFC 9110, 15.5.20). */
export const wrongHostReason = 'wrong_host'

/** Where HTTP has a more exact word than the code has. */
const statuses: Record<string, number> = { [unreadableReason]: 400, [wrongHostReason]: 421 }

/** The web framework's failures in the contract's words. */
const byCode: Record<string, (failure: FastifyFailure) => AppError> = {
  FST_ERR_CTP_INVALID_JSON_BODY: () => unreadable('The body is not JSON. Check quotes, commas and brackets.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => unreadable('The body is empty; a JSON document was expected.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => unreadable('The body is not as long as Content-Length says.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    unreadable('This kind of body is not accepted here. Send JSON with the header Content-Type: application/json.'),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new AppError('too_large', 'The body is larger than is accepted here.'),
  FST_ERR_BAD_URL: () => unreadable('The address is not a valid URL.'),
  FST_ERR_MAX_PARAM_LENGTH: () => unreadable('The address is too long.'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: () => unreadable('The body is not multipart/form-data.'),
  FST_INVALID_JSON_FIELD_ERROR: () => unreadable('The part "request" is not JSON.'),
  FST_PROTO_VIOLATION: () => unreadable('A part has a name that is not accepted.'),
  FST_PARTS_LIMIT: () => tooManyParts(),
  FST_FILES_LIMIT: () => tooManyParts(),
  FST_FIELDS_LIMIT: () => tooManyParts(),
  FST_MP_PREMATURE_CLOSE: () => unreadable('The upload ended before it was complete; nothing was published.'),
}

const translate = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    return toInvalid(
      thrown.validation.map(issue => ({
        path: issue.instancePath.split('/').filter(part => part !== ''),
        code: issue.keyword,
        message: issue.message ?? 'is not valid',
        ...('keys' in issue.params ? { keys: issue.params.keys as string[] } : {}),
      })),
    )
  }
  const failure = thrown as FastifyFailure
  return byCode[failure?.code ?? '']?.(failure) ?? toAppError(thrown)
}

const tooManyParts = (): AppError => new AppError('too_large', 'The upload has more files than are accepted.')
