import { AppError, type ErrorCode } from '@parcela/contract'

type EngineError = Error & { statusCode?: number; code?: string; json?: { message?: string } }
type Translation = { says: RegExp; code: ErrorCode; reason?: string; message: (words: string) => string }

/** What the engine says, in the words of the port `Runtime`. The first line that fits is taken. */
const translations: readonly Translation[] = [
  {
    says: /port is already allocated|address already in use|failed to bind host port|ports are not available/i,
    code: 'conflict',
    reason: 'port_taken',
    message: () => 'The port on the host is in use by something else.',
  },
  {
    says: /pool overlaps|overlapping IPv4|conflicts with network/i,
    code: 'conflict',
    reason: 'subnet_taken',
    message: () => "The team's subnet is in use by another network of the host.",
  },
  {
    says: /no space left on device|disk quota exceeded/i,
    code: 'unavailable',
    reason: 'disk_full',
    message: () => 'The disk of the Docker host is full. Free some space; the work goes on by itself.',
  },
  {
    says: /no such image|pull access denied|manifest for .* not found|manifest unknown|repository does not exist/i,
    code: 'rejected',
    reason: 'image_missing',
    message: words => `The Docker engine does not have the image: ${words}`,
  },
  {
    says: /client version .* is too (old|new)/i,
    code: 'unavailable',
    reason: 'engine_changed',
    message: words => `The Docker engine changed its version: ${words}`,
  },
  {
    says: /OCI runtime|failed to create (shim|task)|executable file not found/i,
    code: 'rejected',
    reason: 'start_failed',
    message: words => `The Docker engine could not start the container: ${words}`,
  },
]

const byStatus: Record<number, ErrorCode> = { 400: 'rejected', 403: 'rejected', 404: 'not_found', 409: 'conflict' }

const unreachable = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTSOCK', 'EAI_AGAIN'])

/** A failure of the engine as an `AppError`: the adapter's rim. `attempt` completes "Docker could not ...". */
export const translateError = (thrown: unknown, attempt: string): AppError => {
  if (thrown instanceof AppError) return thrown
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as EngineError

  if (error.code === 'EACCES')
    return new AppError('unavailable', `Docker could not ${attempt}: this user may not use the engine's socket.`, {
      details: { reason: 'engine_forbidden' },
      cause: error,
    })
  if (unreachable.has(error.code ?? '') || error.message === 'socket hang up')
    return new AppError('unavailable', `Docker could not ${attempt}: the engine does not answer.`, {
      details: { reason: 'engine_down' },
      cause: error,
    })
  return translateWords(error.json?.message ?? error.message, { attempt, status: error.statusCode, cause: error })
}

/** The same for an error that arrives as text, within a stream that began well. */
export const translateWords = (
  text: string,
  context: { attempt: string; status?: number | undefined; cause?: unknown },
): AppError => {
  const words = text.replace(hostPath, '...').trim()
  const { attempt, status, cause } = context
  const found = translations.find(({ says }) => says.test(text))
  if (found)
    return new AppError(found.code, found.message(words), {
      ...(found.reason ? { details: { reason: found.reason } } : {}),
      cause,
    })
  const code = status === undefined ? 'internal' : (byStatus[status] ?? 'unavailable')
  return new AppError(code, `Docker could not ${attempt}: ${words}`, { cause })
}

/** A message for a person names no folder of the host. */
const hostPath = /\/(?:var\/lib|var\/run|run|tmp|root|home)\/[^\s:"']*/g

export const isStatus = (thrown: unknown, status: number): boolean =>
  thrown instanceof Error && (thrown as EngineError).statusCode === status
