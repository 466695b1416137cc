import { networkInterfaces } from 'node:os'

/**
 * Where to listen for a bind address. Browsers resolve `*.localhost` to `::1` as well as to 127.0.0.1 (RFC 6761), so the loopback and "every
 * address" mean both families where the machine has both.
 */
export const listAddresses = (bind: string, interfaces = networkInterfaces()): string[] => {
  const hasIpv6 = Object.values(interfaces).some(entries => entries?.some(({ address }) => address === '::1'))
  if (bind === '127.0.0.1' || bind === 'localhost') return hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  if (bind === '0.0.0.0' || bind === '::') return hasIpv6 ? ['0.0.0.0', '::'] : ['0.0.0.0']
  return [bind]
}
