import type { Clock } from '@parcela/core'

/** `send` the reply, `slip` a tiny truncated one (a real resolver then asks over TCP), or `drop` it. */
export type Verdict = 'send' | 'slip' | 'drop'

const addressLimit = 10_000

/**
 * A token bucket per network that asks over UDP, whose sender's address may be forged: a flood in somebody's name ends as a trickle.
 * Remembers at most 10,000 networks (a /24 of IPv4, a /56 of IPv6).
 */
export const createAnswerLimiter = (options: { perSecond: number; burst: number; clock: Clock }) => {
  const { perSecond, burst, clock } = options
  const buckets = new Map<string, { tokens: number; at: number; refused: number }>()

  return {
    judge: (address: string): Verdict => {
      const network = networkOf(address)
      const now = clock.now().getTime()
      const bucket = buckets.get(network) ?? { tokens: burst, at: now, refused: 0 }
      // The one asked for last moves to the end, so that the first is the one to forget.
      buckets.delete(network)
      buckets.set(network, bucket)
      const oldest = buckets.keys().next().value
      if (buckets.size > addressLimit && oldest !== undefined) buckets.delete(oldest)

      const passedMs = Math.max(0, now - bucket.at)
      bucket.tokens = Math.min(burst, bucket.tokens + (passedMs * perSecond) / 1000)
      bucket.at = now
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return 'send'
      }
      bucket.refused += 1
      return bucket.refused % 2 === 1 ? 'slip' : 'drop'
    },
    get size() {
      return buckets.size
    },
  }
}
export type AnswerLimiter = ReturnType<typeof createAnswerLimiter>

/** An IPv4 address that came through an IPv6 socket, in its own form; others as they are. */
export const asIPv4 = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address)

const networkOf = (address: string): string => {
  const mapped = asIPv4(address)
  if (mapped.includes('.')) return mapped.split('.').slice(0, 3).join('.')
  const [head = '', tail = ''] = mapped.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right]
  // 56 bits: three groups and the upper half of the fourth.
  return [...groups.slice(0, 3), (Number.parseInt(groups[3] ?? '0', 16) >> 8).toString(16)].join(':')
}
