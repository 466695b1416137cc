import type { Route } from '../model/route.ts'

/** A certificate and its key on the edge's disk. */
export type EdgeCertificate = {
  /** The names it covers, wildcards included: `*.apps.localhost`. */
  names: readonly string[]
  /** PEM, leaf first, then the chain. */
  certificate: string
  /** PEM, PKCS #8. Never logged. */
  key: string
}

/**
 * How visitors reach services. A change is tested, swapped in, reloaded and confirmed before its promise resolves; when the server refuses it,
 * what was live stays live and the promise rejects with `rejected`. Calls made at the same time share one reload.
 * `unavailable` when the server cannot be started or does not confirm in time.
 */
export interface Edge {
  /** Makes exactly these routes live: at start-up and at every resync. No reload when nothing differs. */
  replaceRoutes(routes: readonly Route[]): Promise<void>
  /** Adds or replaces the route of one host. Nothing happens when it is live already. */
  ensureRoute(route: Route): Promise<void>
  /** An unknown host is success. */
  removeRoute(host: string): Promise<void>
  /** Adds or replaces certificates by their names. */
  ensureCertificates(certificates: readonly EdgeCertificate[]): Promise<void>
  /**
   * Requests `path` of `host` through the edge's own TLS listener, as a visitor would, with the certificate checked.
   * `release` is what the route that answered says of itself; null for none.
   */
  request(
    host: string,
    path: string,
    options: { timeoutMs: number },
  ): Promise<{ status: number; release: string | null }>
}
