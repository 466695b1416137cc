import type { AuditCheckAnswer } from '@parcela/contract'
import { offlineError, parseErrorAnswer } from './request-error.ts'
import { parseJson } from './request-json.ts'

/** Has the server check the whole trail, and tells how far it is; the last one is the result. */
export async function* verifyAudit(signal: AbortSignal): AsyncGenerator<AuditCheckAnswer> {
  const response = await fetch('/api/v1/audit/verify', { signal }).catch((cause: unknown) => {
    throw signal.aborted ? cause : offlineError()
  })
  if (!response.ok) throw parseErrorAnswer(response.status, parseJson(await response.text()))
  if (response.body === null) throw offlineError()
  let rest = ''
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.map(parseJson).filter(isCheck)
  }
  yield* [parseJson(rest)].filter(isCheck)
}

const isCheck = (line: unknown): line is AuditCheckAnswer =>
  typeof line === 'object' && line !== null && 'is_complete' in line
