import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { AppError } from '@parcela/contract'
import type { NameLookup } from '@parcela/core'

export type NameLookupOptions = {
  /** Resolvers to ask instead of the system's: an IP address, with a port where it is not 53, as in `127.0.0.1:5353` or `[::1]:5353`. */
  servers?: readonly string[]
}

const aliasLimit = 16
const timeoutMs = 2_000
const tries = 2

/**
 * Asks resolvers as the world does: no hosts file, and nothing remembered, because what is asked for was often set a moment ago.
 * Throws `invalid` for a server that is no address.
 */
export const createNameLookup = ({ servers }: NameLookupOptions = {}): NameLookup => {
  checkServers(servers ?? [])
  const createResolver = (): Resolver => {
    const resolver = new Resolver({ timeout: timeoutMs, tries })
    if (servers) resolver.setServers(servers)
    return resolver
  }

  return {
    lookUp: async given => {
      const resolver = createResolver()
      const first = plainName(given)
      const aliases: string[] = []
      let name = first
      for (;;) {
        const [target] = await ask(name, () => resolver.resolveCname(name))
        if (target === undefined) break
        name = plainName(target)
        const isLoop = name === first || aliases.includes(name)
        aliases.push(name)
        if (isLoop || aliases.length > aliasLimit) return { aliases, ipv4: [], ipv6: [], is_loop: true }
      }
      const [ipv4, ipv6] = await Promise.all([
        ask(name, () => resolver.resolve4(name)),
        ask(name, () => resolver.resolve6(name)),
      ])
      return { aliases, ipv4, ipv6, is_loop: false }
    },

    lookUpText: async given => {
      const name = plainName(given)
      return (await ask(name, () => createResolver().resolveTxt(name))).map(parts => parts.join(''))
    },
  }
}

const checkServers = (servers: readonly string[]): void => {
  for (const server of servers) {
    if (isIP(server.replace(/^\[(.*)\](:\d{1,5})?$/, '$1')) > 0 || isIP(server.replace(/:\d{1,5}$/, '')) === 4) continue
    throw new AppError(
      'invalid',
      `The resolver "${server}" is not an IP address, with a port or without: 192.0.2.53:53`,
    )
  }
}

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** What DNS says when there is nothing, as the resolver names it: no such name, no records of that type, or no name at all. */
const nothing = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME'])

const ask = async <T>(name: string, query: () => Promise<T[]>): Promise<T[]> => {
  try {
    return await query()
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (nothing.has(code)) return []
    throw new AppError(
      'unavailable',
      `The name ${name} could not be looked up: ${problems[code] ?? code}. It will be tried again.`,
      {
        cause: error,
      },
    )
  }
}

const problems: Record<string, string> = {
  ETIMEOUT: 'the resolver did not answer',
  ECONNREFUSED: 'nobody answers at the address of the resolver',
  ESERVFAIL: 'the name servers of its domain do not answer, or wrongly',
  EREFUSED: 'the resolver refused the question',
}
