import { providerRefused, providerUnavailable } from './open-id-failures.ts'

const timeoutMs = 10_000
const longest = 256 * 1024

/** Asks the provider. Throws `unavailable` where it does not answer, `rejected` where it refuses or answers something else than JSON. */
export const requestJson = async (
  name: string,
  url: URL,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Record<string, unknown>> => {
  const { status, text } = await ask(name, url, init)
  if (status >= 500 || status === 429) throw providerUnavailable(name, new Error(`${url.href} answered ${status}`))
  if (status !== 200) throw providerRefused(name, `${url.href} answered ${status}: ${errorWord(text)}`)
  return parse(name, url, text)
}

const ask = async (name: string, url: URL, init: Parameters<typeof requestJson>[2]) => {
  try {
    // Never redirected: the answer must come from where it was asked.
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    return { status: response.status, text: (await response.text()).slice(0, longest) }
  } catch (cause) {
    throw providerUnavailable(name, cause)
  }
}

const parse = (name: string, url: URL, text: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>
  } catch (cause) {
    throw providerRefused(name, `${url.href} answered no JSON`, cause)
  }
  throw providerRefused(name, `${url.href} answered no object`)
}

/** RFC 6749, 5.2: one of a few words. Nothing else of an error is logged: it may repeat what was sent. */
const errorWord = (text: string): string => /"error"\s*:\s*"([a-z_]{1,40})"/.exec(text)?.[1] ?? 'no reason'
