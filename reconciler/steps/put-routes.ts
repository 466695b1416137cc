import { type Route, type Shown, type Site, siteRoute } from '@parcela/core'
import type { ReconcilerPorts } from '../loop/reconciler-ports.ts'
import type { Work } from '../loop/work.ts'

/** Makes every name of the service that has a route show the same, its own name first. Each change is live before it is recorded: a crash between the two is repaired by doing it again. */
export const putRoutes = ({ ports, turns, spec, site }: Work, shown: Shown): Promise<void> =>
  turns.routes(async () => {
    const routes = await ports.observed.listRoutesOf(spec.id)
    const served = site.domains.map(({ name }) => name).filter(name => routes.some(({ host }) => host === name))
    const certified = await listCertified(ports, site)
    for (const host of [site.host, ...served]) await putRoute(ports, siteRoute(site, host, { shown, certified }))
  })

export const putRoute = async ({ edge, observed }: ReconcilerPorts, route: Route): Promise<void> => {
  await edge.ensureRoute(route)
  await observed.recordRoute(route)
}

/** Those of the site's names that the edge can answer over TLS. */
export const listCertified = async (
  { edge }: Pick<ReconcilerPorts, 'edge'>,
  { host, domains }: Site,
): Promise<Set<string>> => {
  const names = [host, ...domains.map(({ name }) => name)]
  const live = await Promise.all(names.map(name => edge.hasCertificate(name)))
  return new Set(names.filter((_, index) => live[index]))
}
