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
  /** Adds or replaces certificates by their names. `rejected` for one that cannot be used, which then is not live; the others are. */
  ensureCertificates(certificates: readonly EdgeCertificate[]): Promise<void>
  /** Takes certificates away by their names; unknown ones are success. */
  removeCertificates(names: readonly (readonly string[])[]): Promise<void>
  /** Whether a certificate that is valid now is live for the host. */
  hasCertificate(host: string): Promise<boolean>
  /**
   * Requests `path` of `host` through the edge's own listener, as a visitor would: over TLS with the certificate checked, or with
   * `scheme: 'http'` in clear. Redirections are not followed. `release` is what the route that answered says of itself; null for none.
   */
  request(
    host: string,
    path: string,
    options: { timeoutMs: number; scheme?: 'https' | 'http' },
  ): Promise<{ status: number; release: string | null }>
}
