import { isIPv6 } from 'node:net'
import {
  defaultPolicy,
  type EdgeClass,
  type ReleaseId,
  type Route,
  type RoutePolicy,
  type ServiceId,
} from '@parcela/core'

/**
 * All of a route but its host, as one file name: `serving,127.0.0.1:40001,rel_...,svc_...,standard`. The second field is where visitors go: an
 * address, or the host that a `redirect` names. The last is the policy: `plain` (answered without TLS, too), `hsts`, and the class, with dots
 * between. The link `routes/<host>` points at the file of that name, nginx resolves the link at each request and takes the name apart. The
 * route must have been parsed.
 */
export const renderRouteEntry = (route: Route): string =>
  [
    route.state,
    route.redirect_to ?? renderUpstream(route.upstream),
    route.release_id ?? '',
    route.service_id,
    renderPolicy(route.policy),
  ].join(',')

const renderUpstream = (upstream: Route['upstream']): string => {
  if (!upstream) return ''
  return `${isIPv6(upstream.address) ? `[${upstream.address}]` : upstream.address}:${upstream.port}`
}

const renderPolicy = ({ https_redirect, hsts, edge_class }: RoutePolicy): string =>
  [...(https_redirect ? [] : ['plain']), ...(hsts ? ['hsts'] : []), edge_class].join('.')

const entryPattern =
  /^(?:(serving|starting|stopped|failed|maintenance),(?:\[?([0-9a-f.:]+?)\]?:(\d+))?|(redirect),([a-z0-9.-]+)),([\w-]*),([\w-]+)(?:,([a-z.]+))?$/
const policyPattern = /^(plain\.)?(hsts\.)?(small|standard|large)$/

/** The route that an entry was rendered from; undefined for any other text. An entry without a policy is of a version that had none. */
export const findRouteInEntry = (host: string, entry: string): Route | undefined => {
  const [, proxied, address, port, redirect, target, release, service, policyText] = entryPattern.exec(entry) ?? []
  const state = proxied ?? redirect
  const policy = policyText === undefined ? defaultPolicy : findPolicy(policyText)
  if (!state || !service || !policy) return undefined
  return {
    host,
    state: state as Route['state'],
    upstream: address && port ? { address, port: Number(port) } : null,
    redirect_to: target ?? null,
    release_id: release ? (release as ReleaseId) : null,
    service_id: service as ServiceId,
    policy,
  }
}

const findPolicy = (text: string): RoutePolicy | undefined => {
  const [found, plain, hsts, edgeClass] = policyPattern.exec(text) ?? []
  if (found === undefined) return undefined
  return { https_redirect: plain === undefined, hsts: hsts !== undefined, edge_class: edgeClass as EdgeClass }
}
