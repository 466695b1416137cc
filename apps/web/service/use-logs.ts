import type { LogLine } from '@parcela/contract'
import { useEffect, useState } from 'react'
import { followLogs, type LogKind } from '../client/follow-logs.ts'

/** Lines kept in the page; older ones leave at the top. */
const keptLines = 5_000
const reconnectMs = 3_000

/** A service's log as it grows. A stream that breaks or ends while following is opened again. */
export const useLogs = (serviceId: string, { kind, follow }: { kind: LogKind; follow: boolean }) => {
  const [lines, setLines] = useState<LogLine[]>([])
  const [error, setError] = useState<unknown>()
  const [isLoading, setLoading] = useState(true)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    // Another attempt is another reading of the same log.
    void attempt
    const controller = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async (): Promise<void> => {
      let isFirst = true
      for await (const batch of followLogs(serviceId, { kind, follow, signal: controller.signal })) {
        const start = isFirst
        isFirst = false
        setLines(known => [...(start ? [] : known), ...batch].slice(-keptLines))
        setLoading(false)
      }
      if (isFirst) setLines([])
    }
    read()
      .then(
        () => setError(undefined),
        (failure: unknown) => {
          if (!controller.signal.aborted) setError(failure)
        },
      )
      .finally(() => {
        if (controller.signal.aborted) return
        setLoading(false)
        if (follow) timer = setTimeout(() => setAttempt(count => count + 1), reconnectMs)
      })
    // A quiet log that stays open has still been read: say that it is empty.
    const quiet = setTimeout(() => setLoading(false), 1_000)
    return () => {
      controller.abort()
      clearTimeout(timer)
      clearTimeout(quiet)
    }
  }, [serviceId, kind, follow, attempt])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another log begins empty
  useEffect(() => {
    setLines([])
    setLoading(true)
  }, [serviceId, kind])

  return { lines, error, isLoading, retry: () => setAttempt(count => count + 1) }
}
