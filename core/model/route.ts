import type { ReleaseId, ServiceId } from './id.ts'

/** How much a visitor may ask of a service at once; the edge holds the numbers of each class. */
export type EdgeClass = 'small' | 'standard' | 'large'

export type RoutePolicy = {
  /** Plain HTTP is sent on to HTTPS. Off, plain HTTP is answered too: by choice of the owner, or while a name has no certificate yet. */
  https_redirect: boolean
  /** Browsers are told to come by HTTPS only (Strict-Transport-Security): on verified custom domains. */
  hsts: boolean
  edge_class: EdgeClass
}

export const defaultPolicy: RoutePolicy = { https_redirect: true, hsts: false, edge_class: 'standard' }

/** Where the edge sends the visitors of one host name. */
export type Route = {
  /** The full name, lower case: `hola.apps.localhost`, or a custom domain. */
  host: string
  service_id: ServiceId
  /** `serving` proxies to `upstream`, `redirect` answers with a redirection to `redirect_to`; the others answer a friendly page with 503. `maintenance` keeps the upstream that visitors come back to. */
  state: 'serving' | 'starting' | 'stopped' | 'failed' | 'maintenance' | 'redirect'
  upstream: { address: string; port: number } | null
  /** The host that visitors are sent to, path and query kept (308); null in all states but `redirect`. */
  redirect_to: string | null
  /** Travels back to us in the header `X-Parcela-Release` of answers to verify requests; null for the placeholder. */
  release_id: ReleaseId | null
  policy: RoutePolicy
}

/** Whether an instance stands behind the route; visitors may still get a page instead of it, for as long as it is being worked on. */
export const leadsToInstance = (route: Route | undefined): boolean =>
  route?.state === 'serving' || route?.state === 'maintenance'

export const isSameRoute = (one: Route, other: Route): boolean =>
  one.host === other.host &&
  one.service_id === other.service_id &&
  one.state === other.state &&
  one.release_id === other.release_id &&
  one.redirect_to === other.redirect_to &&
  one.upstream?.address === other.upstream?.address &&
  one.upstream?.port === other.upstream?.port &&
  one.policy.https_redirect === other.policy.https_redirect &&
  one.policy.hsts === other.policy.hsts &&
  one.policy.edge_class === other.policy.edge_class
