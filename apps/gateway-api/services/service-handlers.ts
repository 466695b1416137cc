import {
  type gatewayRoutes,
  invalidFields,
  serviceName,
  suggestServiceName,
  type UpdateServiceRequest,
} from '@parcela/contract'
import { describeKeptName, type Resources } from '@parcela/core'
import { toServiceAnswer } from '../answers/service-answer.ts'
import type { ApprovalTeller } from '../approvals/tell-approvals.ts'
import { scopeFor, teamsOf } from '../callers/caller.ts'
import { checkDomains } from '../domains/check-domains.ts'
import { checkRequirements, checkResources, findFormat } from '../formats/check-format.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handlers } from '../routes/route-input.ts'
import { serviceUrl } from './service-url.ts'

type Dependencies = Pick<GatewayPorts, 'desired' | 'catalog' | 'settings'> & { teller: ApprovalTeller }

type Names = 'getName' | 'listServices' | 'getService' | 'updateService' | 'deleteService' | 'actOnService' | 'rollback'

/** Reading and changing services; asking for one is in `ask-for-service.ts`. */
export const createServiceHandlers = ({
  desired,
  catalog,
  settings,
  teller,
}: Dependencies): Handlers<typeof gatewayRoutes, Names> => ({
  getName: async ({ caller, params: { name } }) => {
    const parsed = serviceName.safeParse(name)
    const nearest = parsed.success ? name : suggestServiceName(name)
    const usable = serviceName.safeParse(nearest).success
    const teams = teamsOf(caller, 'service:create')
    const look = usable ? await desired.suggestName(nearest, teams) : undefined
    const { taken, suggestion } = look ?? { taken: true, suggestion: null }
    const problem = look?.kept_until ? describeKeptName(look.kept_until) : 'is taken'
    const available = parsed.success && !taken
    return {
      status: 200,
      body: {
        name,
        available,
        url: parsed.success ? serviceUrl(name, settings) : null,
        reason: available ? null : (parsed.error?.issues[0]?.message ?? problem),
        suggestion: available ? null : suggestion,
      },
    }
  },

  listServices: async ({ caller, query: { limit, cursor } }) => {
    const { items, next } = await desired.listServices(scopeFor(caller, 'service:read'), { limit, cursor })
    return { status: 200, body: { items: items.map(service => toServiceAnswer(service, settings)), next } }
  },

  getService: async ({ caller, params }) => ({
    status: 200,
    body: toServiceAnswer(await desired.getService(scopeFor(caller, 'service:read'), params.id), settings),
  }),

  updateService: async ({ caller, params, body }) => {
    const service = await desired.getService(scopeFor(caller, 'service:manage'), params.id)
    const format = findFormat(catalog, service)
    const {
      requirements,
      upload_id,
      domains: asked,
    } = checkRequirements(format, body.additional_requirements ?? service.additional_requirements)
    if (upload_id) {
      throw invalidFields({ 'additional_requirements.upload_id': 'publish files with POST /services/{id}/releases' })
    }
    const domains = checkDomains(asked, settings)
    const needs = askedResources(body)
    const resources = checkResources(format, { ...service.resources, ...needs })
    if ((service.release?.files_bytes ?? 0) > resources.storage_gb * 2 ** 30) {
      throw invalidFields({ storage_gb: 'is less than the published files need' })
    }
    // Only what was asked for: somebody may be changing the rest right now.
    const change = {
      requested_by: { id: caller.person.id, needs_approval: !caller.person.is_administrator },
      resources: needs,
      ...(body.additional_requirements ? { additional_requirements: requirements } : {}),
      ...(domains ? { domains } : {}),
      ...(body.https_redirect === undefined ? {} : { https_redirect: body.https_redirect }),
      ...(body.maintenance === undefined ? {} : { maintenance: body.maintenance }),
    }
    const updated = await desired.updateService(scopeFor(caller, 'service:manage'), service.id, change)
    if (updated.approval) teller.tell()
    return { status: 202, body: toServiceAnswer(updated, settings) }
  },

  deleteService: async ({ caller, params, query: { purge } }) => ({
    status: 202,
    body: toServiceAnswer(
      await desired.deleteService(scopeFor(caller, 'service:delete'), params.id, { purge }),
      settings,
    ),
  }),

  actOnService: async ({ caller, params: { id, action } }) => ({
    status: 202,
    body: toServiceAnswer(await desired.actOnService(scopeFor(caller, 'service:manage'), id, action), settings),
  }),

  rollback: async ({ caller, params, body }) => ({
    status: 202,
    body: toServiceAnswer(
      await desired.rollback(scopeFor(caller, 'service:deploy'), params.id, body.release_id),
      settings,
    ),
  }),
})

const askedResources = (body: UpdateServiceRequest): Partial<Resources> => {
  const { storage_gb, ram_mb, cpus } = body
  return {
    ...(storage_gb === undefined ? {} : { storage_gb }),
    ...(ram_mb === undefined ? {} : { ram_mb }),
    ...(cpus === undefined ? {} : { cpus }),
  }
}
