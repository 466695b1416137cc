import { setTimeout as sleep } from 'node:timers/promises'

export type WaitOptions = {
  timeoutMs: number
  /** Pause between two looks. */
  everyMs?: number
  /** Ends the error message: "Waited 500 ms for ...". */
  what: string
  signal?: AbortSignal
}

/** Looks until `look` answers something other than undefined or false, and answers that; throws after the deadline or when aborted. */
export const waitUntil = async <T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> => {
  const { timeoutMs, everyMs = 25, what, signal } = options
  const deadline = Date.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`)
    await sleep(everyMs, undefined, signal ? { signal } : {})
  }
}
