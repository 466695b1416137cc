import { isIP } from 'node:net'
import { invalidFields } from '@parcela/contract'
import type { Route } from '@parcela/core'

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/
const idText = /^[A-Za-z0-9_-]{1,80}$/
const states: readonly string[] = ['serving', 'starting', 'stopped', 'failed'] satisfies Route['state'][]

/** Whether this is a full host name in lower case (RFC 1123): letters, digits, hyphens and dots, and so never a word of nginx's own language. */
export const isHostName = (text: unknown): text is string => typeof text === 'string' && hostName.test(text)

/** As `isHostName`, but the first label may be `*`, as certificates write it. */
export const isCertificateName = (text: unknown): text is string =>
  typeof text === 'string' && isHostName(text.replace(/^\*\./, ''))

/** The route, once every value in it is of the strict alphabet that may become a file name and part of a request; throws `invalid`. */
export const parseRoute = (route: Route): Route => {
  const problems: Record<string, string> = {}
  if (!isHostName(route.host)) problems.host = 'is not a host name of lower-case letters, digits, hyphens and dots'
  if (!idText.test(route.service_id)) problems.service_id = 'is not an id'
  if (route.release_id !== null && !idText.test(route.release_id)) problems.release_id = 'is not an id'
  if (!states.includes(route.state)) problems.state = `is not one of ${states.join(', ')}`
  if (route.state === 'serving' && !route.upstream) problems.upstream = 'is missing from a serving route'
  if (route.upstream && !isUpstream(route.upstream)) problems.upstream = 'is not an IP address and a port'
  if (Object.keys(problems).length > 0) throw invalidFields(problems)
  return route
}

const isUpstream = ({ address, port }: NonNullable<Route['upstream']>): boolean =>
  // An IPv6 zone (`fe80::1%eth0`) is no plain address.
  isIP(address) !== 0 && !address.includes('%') && Number.isInteger(port) && port >= 1 && port <= 65_535
