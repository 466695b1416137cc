import { setTimeout as sleep } from 'node:timers/promises'

/** The items as they come, and `beat` whenever there was none for a while. Ends with its source, which is ended when the reader leaves. */
export async function* withHeartbeat<T, B>(
  source: AsyncIterable<T>,
  { beat, everyMs, signal }: { beat: B; everyMs: number; signal: AbortSignal },
): AsyncGenerator<T | B> {
  const iterator = source[Symbol.asyncIterator]()
  let next = iterator.next()
  try {
    while (!signal.aborted) {
      const timer = new AbortController()
      const quiet = sleep(everyMs, 'quiet' as const, { signal: timer.signal, ref: false }).catch(() => 'quiet' as const)
      const first = await Promise.race([next, quiet])
      timer.abort()
      if (first === 'quiet') {
        if (!signal.aborted) yield beat
        continue
      }
      if (first.done) return
      next = iterator.next()
      yield first.value
    }
  } finally {
    // The reader may be gone while the source still waits; its own failure then has nobody to tell.
    next.catch(() => 'gone')
    iterator.return?.().catch(() => 'gone')
  }
}
