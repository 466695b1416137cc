import { isSameRoute } from '../model/route.ts'
import type { Seen } from './plan-service.ts'
import { type Shown, type Site, siteRoute } from './site-route.ts'
import type { DomainStep } from './step.ts'

/** How far a custom domain of the service is. */
export type SeenDomain = {
  name: string
  /** It was proved to be this service's. */
  is_held: boolean
  /** It is time to look where it points, or somebody asked to. */
  is_due: boolean
  /** The authority is to be asked now, or what it gave is not live yet. */
  needs_certificate: boolean
  /** A request through the edge was answered as it should be, over TLS. */
  is_active: boolean
}

type SeenNames = Pick<Seen, 'routes' | 'certified' | 'domains'>

/**
 * The steps for the site's custom domains, one domain after the other; those that others are sent to come first. A domain that is proved is
 * served in clear until it has a certificate, so that whatever is made for it can be found again by its route.
 */
export const planDomains = (site: Site, shown: Shown, seen: SeenNames): DomainStep[] => [
  ...planWithdrawals(site, seen),
  ...site.domains
    .toSorted((one, other) => Number(one.redirect_to !== null) - Number(other.redirect_to !== null))
    .flatMap(({ name }) => planDomain(site, name, { shown, seen })),
]

/** What is left of domains that the service is not to answer at any more. */
export const planWithdrawals = ({ host, domains }: Site, { routes }: Pick<Seen, 'routes'>): DomainStep[] => {
  const kept = new Set([host, ...domains.map(({ name }) => name)])
  return routes.filter(route => !kept.has(route.host)).map(route => ({ kind: 'withdraw-domain', name: route.host }))
}

const planDomain = (site: Site, name: string, { shown, seen }: { shown: Shown; seen: SeenNames }): DomainStep[] => {
  const domain = seen.domains.find(candidate => candidate.name === name)
  const route = seen.routes.find(({ host }) => host === name)
  if (!domain || !(domain.is_held || domain.is_due)) return []

  const steps: DomainStep[] = []
  if (domain.is_due) steps.push({ kind: 'check-domain', name })
  if (!route) steps.push({ kind: 'route-domain', name })
  if (domain.needs_certificate) steps.push({ kind: 'certify-domain', name })
  const isStale = route && !isSameRoute(route, siteRoute(site, name, { shown, certified: seen.certified }))
  if (domain.needs_certificate || isStale) steps.push({ kind: 'route-domain', name })
  const isChanged = steps.some(({ kind }) => kind !== 'check-domain')
  if (isChanged || (!domain.is_active && seen.certified.has(name))) steps.push({ kind: 'verify-domain', name })
  return steps
}
