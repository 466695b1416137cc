import type { ServiceId } from '../model/id.ts'
import { type EdgeClass, leadsToInstance, type Route } from '../model/route.ts'

/** The names that a service answers at, and how. */
export type Site = {
  service_id: ServiceId
  /** The service's own name below the platform's domain. */
  host: string
  https_redirect: boolean
  maintenance: boolean
  edge_class: EdgeClass
  domains: readonly { name: string; redirect_to: string | null }[]
}

/** What visitors get at the service's own name. Its other names show the same. */
export type Shown = Pick<Route, 'state' | 'upstream' | 'release_id'>

/**
 * The route of one of the site's names. Nobody is sent to HTTPS, nor told to stay there, before the name has a certificate; and nobody to a
 * domain that has none: browsers remember redirections for long.
 */
export const siteRoute = (
  site: Site,
  host: string,
  { shown, certified }: { shown: Shown; certified: ReadonlySet<string> },
): Route => {
  const https_redirect = site.https_redirect && certified.has(host)
  const policy = { https_redirect, hsts: https_redirect && host !== site.host, edge_class: site.edge_class }
  const route = { host, service_id: site.service_id, policy }
  if (!leadsToInstance({ ...route, ...shown, redirect_to: null }))
    return { ...route, state: shown.state, redirect_to: null, upstream: null, release_id: null }

  const redirect_to = findRedirection(site, host, certified)
  if (redirect_to && !site.maintenance)
    return { ...route, state: 'redirect', redirect_to, upstream: null, release_id: null }
  const { upstream, release_id } = shown
  return { ...route, state: site.maintenance ? 'maintenance' : 'serving', redirect_to: null, upstream, release_id }
}

/** Where visitors of the name are sent on to; nowhere while that name does not answer over HTTPS, or sends on itself. */
const findRedirection = ({ domains }: Site, host: string, certified: ReadonlySet<string>): string | undefined => {
  const wanted = domains.find(({ name }) => name === host)?.redirect_to
  const target = domains.find(({ name, redirect_to }) => name === wanted && redirect_to === null)
  return target && certified.has(target.name) ? target.name : undefined
}
