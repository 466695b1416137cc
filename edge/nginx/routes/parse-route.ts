import { isIP } from 'node:net'
import { invalidFields } from '@parcela/contract'
import type { EdgeClass, Route } from '@parcela/core'
import { renderRouteEntry } from './route-entry.ts'

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/
const idText = /^[A-Za-z0-9_-]{1,80}$/
const states: readonly string[] = [
  'serving',
  'starting',
  'stopped',
  'failed',
  'maintenance',
  'redirect',
] satisfies Route['state'][]
const edgeClasses: readonly string[] = ['small', 'standard', 'large'] satisfies EdgeClass[]
/** What a name in a folder may have on Linux. */
const nameBytes = 255

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
  const redirect = findRedirectProblem(route)
  if (redirect !== undefined) problems.redirect_to = redirect
  if (!edgeClasses.includes(route.policy.edge_class)) problems.policy = `has no class of ${edgeClasses.join(', ')}`
  if (Object.keys(problems).length > 0) throw invalidFields(problems)
  const excess = Buffer.byteLength(renderRouteEntry(route)) - nameBytes
  if (excess > 0) throw invalidFields({ redirect_to: `is ${excess} characters longer than a redirection can be` })
  return route
}

const isUpstream = ({ address, port }: NonNullable<Route['upstream']>): boolean =>
  // An IPv6 zone (`fe80::1%eth0`) is no plain address.
  isIP(address) !== 0 && !address.includes('%') && Number.isInteger(port) && port >= 1 && port <= 65_535

const findRedirectProblem = ({ host, state, upstream, redirect_to }: Route): string | undefined => {
  if (state !== 'redirect') return redirect_to === null ? undefined : 'belongs to the state redirect alone'
  if (!isHostName(redirect_to)) return 'is not a host name of lower-case letters, digits, hyphens and dots'
  if (redirect_to === host) return 'is the host itself'
  return upstream ? 'and upstream exclude each other' : undefined
}
