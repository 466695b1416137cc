/** Whether a host name always means this very machine (RFC 6761, section 6.3). */
export const isLocalhost = (host: string): boolean => {
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost')
}
