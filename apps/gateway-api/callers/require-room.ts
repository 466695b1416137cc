import { isIPv4, isIPv6 } from 'node:net'
import { AppError } from '@parcela/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'

type Room = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>

/** Throws `busy`, with the seconds to wait, for somebody who asked too often. */
export const requireRoom = (room: Room): void => {
  if (room.isAllowed || !room.isExceeded) return
  throw new AppError('busy', `Too many requests. Try again in ${room.ttlInSeconds} seconds.`, {
    details: { retry_after_s: room.ttlInSeconds },
  })
}

/**
 * Whom a limit counts that has no name for its callers. Of an IPv6 address the first 64 bits: whoever has one address has all of those
 * (RFC 6177), and would be somebody else at every request.
 */
export const addressOf = ({ ip = 'local' }: Pick<FastifyRequest, 'ip'>): string => {
  if (isIPv4(ip.replace(mapped, ''))) return ip.replace(mapped, '')
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? []
  const groups = [head, tail ?? ''].map(part => (part === '' ? [] : part.split(':')))
  const [first = [], last = []] = groups
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0')
  const network = [...first, ...zeros, ...last].slice(0, 4)
  return `${network.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** How IPv6 writes an IPv4 address (RFC 4291, 2.5.5.2). */
const mapped = /^::ffff:(?=\d+\.)/i
