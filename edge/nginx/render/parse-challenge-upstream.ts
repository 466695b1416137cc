import { getServers } from 'node:dns'
import { isIP } from 'node:net'
import { AppError } from '@parcela/contract'
import { isHostName } from '../routes/parse-route.ts'
import type { ChallengeUpstream } from './edge-config.ts'

/**
 * The edge that answers challenges, from `http://host[:port]`. Names are looked up by nginx itself, at the system's servers, so that a name that cannot be
 * looked up today keeps no edge from starting. Throws `invalid` for anything else than such a URL.
 */
export const parseChallengeUpstream = (text: string, servers: readonly string[] = getServers()): ChallengeUpstream => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare = url?.protocol === 'http:' && url.href === `${url.origin}/`
  if (!url || !isBare) throw refused()
  const { hostname, port } = url
  const where = { port: Number(port || 80) }
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1')) > 0) return { ...where, host: hostname, resolvers: [] }
  if (!isHostName(hostname)) throw refused()
  // Names below localhost are this machine (RFC 6761), whatever its resolver knows.
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return { ...where, host: '127.0.0.1', resolvers: [] }
  return { ...where, host: hostname, resolvers: servers.filter(isResolver).map(toResolver) }
}

const refused = (): AppError =>
  new AppError(
    'invalid',
    'PARCELA_EDGE_CHALLENGES has to be a URL of plain HTTP without a path: http://edge.example.org',
  )

/** nginx takes no scoped addresses (`fe80::1%eth0`). */
const isResolver = (server: string): boolean => /^[0-9.]+(:\d+)?$|^\[?[0-9a-f:.]+\]?(:\d+)?$/i.test(server)

const toResolver = (server: string): string => (isIP(server) === 6 ? `[${server}]` : server)
