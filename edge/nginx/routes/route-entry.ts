import { isIPv6 } from 'node:net'
import type { ReleaseId, Route, ServiceId } from '@parcela/core'

/**
 * All of a route but its host, as one file name: `serving,127.0.0.1:40001,rel_...,svc_...`. The link `routes/<host>` points at the file of
 * that name, nginx resolves the link at each request and takes the name apart. The route must have been parsed.
 */
export const renderRouteEntry = (route: Route): string => {
  const { upstream } = route
  const address = upstream
    ? `${isIPv6(upstream.address) ? `[${upstream.address}]` : upstream.address}:${upstream.port}`
    : ''
  return [route.state, address, route.release_id ?? '', route.service_id].join(',')
}

const entryPattern = /^(serving|starting|stopped|failed),(?:\[?([0-9a-f.:]+?)\]?:(\d+))?,([\w-]*),([\w-]+)$/

/** The route that an entry was rendered from; undefined for any other text. */
export const findRouteInEntry = (host: string, entry: string): Route | undefined => {
  const [, state, address, port, release, service] = entryPattern.exec(entry) ?? []
  if (!state || !service) return undefined
  return {
    host,
    state: state as Route['state'],
    upstream: address && port ? { address, port: Number(port) } : null,
    release_id: release ? (release as ReleaseId) : null,
    service_id: service as ServiceId,
  }
}
