import type { ReleaseId, ServiceId } from './id.ts'

/** Where the edge sends the visitors of one host name. */
export type Route = {
  /** The full name, lower case: `hola.apps.localhost`. */
  host: string
  service_id: ServiceId
  /** `serving` proxies to `upstream`; the others answer a friendly page with 503. */
  state: 'serving' | 'starting' | 'stopped' | 'failed'
  upstream: { address: string; port: number } | null
  /** Travels back to us in the header `X-Parcela-Release` of answers to verify requests; null for the placeholder. */
  release_id: ReleaseId | null
}

export const isSameRoute = (one: Route, other: Route): boolean =>
  one.host === other.host &&
  one.service_id === other.service_id &&
  one.state === other.state &&
  one.release_id === other.release_id &&
  one.upstream?.address === other.upstream?.address &&
  one.upstream?.port === other.upstream?.port
