import { AppError, type gatewayRoutes } from '@parcela/contract'
import type { TeamScope } from '@parcela/core'
import { toDomainAnswer } from '../answers/domain-answer.ts'
import { scopeFor } from '../callers/caller.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handlers } from '../routes/route-input.ts'
import { checkDomainName, parseDomainName } from './check-domain-name.ts'

type Dependencies = Pick<GatewayPorts, 'desired' | 'settings'>

type Names = 'listDomains' | 'addDomain' | 'removeDomain' | 'checkDomain'

/** The custom domains of a service. The gateway only writes down what is wanted: whether a name leads here is seen by the reconciler. */
export const createDomainHandlers = ({ desired, settings }: Dependencies): Handlers<typeof gatewayRoutes, Names> => {
  const list = async (scope: TeamScope, serviceId: string) => {
    const { name: serviceName } = await desired.getService(scope, serviceId)
    const domains = await desired.listDomains(scope, serviceId)
    return domains.map(domain => toDomainAnswer(domain, { serviceName, settings }))
  }
  const get = async (scope: TeamScope, serviceId: string, name: string) => {
    const found = (await list(scope, serviceId)).find(domain => domain.name === name)
    if (!found) throw new AppError('not_found', 'The service has no such domain.')
    return found
  }
  return {
    listDomains: async ({ caller, params }) => ({
      status: 200,
      body: { items: await list(scopeFor(caller, 'service:read'), params.id), next: null },
    }),

    addDomain: async ({ caller, params: { id }, body }) => {
      const scope = scopeFor(caller, 'service:manage')
      const { name } = checkDomainName(body.name, settings)
      const redirect_to = body.redirect_to == null ? null : parseDomainName(body.redirect_to, 'redirect_to').name
      await desired.addDomain(scope, id, { name, redirect_to })
      return { status: 202, body: await get(scope, id, name) }
    },

    removeDomain: async ({ caller, params }) => {
      await desired.removeDomain(scopeFor(caller, 'service:manage'), params.id, parseDomainName(params.name).name)
      return { status: 204, body: null }
    },

    checkDomain: async ({ caller, params: { id, name: text } }) => {
      const scope = scopeFor(caller, 'service:manage')
      const { name } = parseDomainName(text)
      await desired.checkDomain(scope, id, name)
      return { status: 202, body: await get(scope, id, name) }
    },
  }
}
