import { AppError } from '@parcela/contract'
import { siteRoute } from '@parcela/core'
import type { Work } from '../loop/work.ts'
import { listCertified, putRoute } from '../steps/put-routes.ts'

/** Shows at the domain what the service's own name shows. Only the service that has the domain may: another may have got it meanwhile. */
export const routeDomain = (work: Work, name: string): Promise<string> =>
  work.turns.routes(async () => {
    const { ports, spec, site } = work
    if ((await ports.observed.findDomainHolder(name)) !== spec.id)
      throw new AppError('conflict', `${name} belongs to another service now.`, { details: { reason: 'domain_taken' } })
    const shown = (await ports.observed.listRoutesOf(spec.id)).find(({ host }) => host === site.host)
    if (!shown)
      throw new AppError('unavailable', `${site.host} has no route yet, so ${name} has to wait for it.`, {
        details: { reason: 'no_route' },
      })
    const route = siteRoute(site, name, { shown, certified: await listCertified(ports, site) })
    await putRoute(ports, route)
    return route.redirect_to ? `${name} -> ${route.redirect_to}` : `${name}: ${route.state}`
  })
