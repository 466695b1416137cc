import type { LogLine } from '@parcela/contract'
import { offlineError, parseErrorAnswer } from './request-error.ts'
import { parseJson } from './request-json.ts'

export type LogKind = 'build' | 'runtime'
type Options = { kind: LogKind; follow: boolean; signal: AbortSignal }

/** Reads a service's log lines, in the batches in which they arrive; ends with the log, or with the signal when following. */
export async function* followLogs(serviceId: string, { kind, follow, signal }: Options): AsyncGenerator<LogLine[]> {
  const query = new URLSearchParams({ kind, follow: String(follow), lines: '1000' })
  const response = await fetch(`/api/v1/services/${encodeURIComponent(serviceId)}/logs?${query}`, { signal }).catch(
    (cause: unknown) => {
      throw signal.aborted ? cause : offlineError()
    },
  )
  if (!response.ok) throw parseErrorAnswer(response.status, parseJson(await response.text()))
  if (response.body === null) return
  let rest = ''
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n')
    rest = lines.pop() ?? ''
    yield lines.map(parseJson).filter(isLogLine)
  }
  yield [parseJson(rest)].filter(isLogLine)
}

const isLogLine = (line: unknown): line is LogLine => typeof line === 'object' && line !== null && 'text' in line
