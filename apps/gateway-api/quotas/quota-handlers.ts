import type { gatewayRoutes, NodeAnswer, PlanAnswer } from '@parcela/contract'
import { allowedOf, type Node, type Plan } from '@parcela/core'
import { scopeFor } from '../callers/caller.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handlers } from '../routes/route-input.ts'
import { given } from './given.ts'

type Names =
  | 'getQuota'
  | 'setQuota'
  | 'listPlans'
  | 'createPlan'
  | 'updatePlan'
  | 'deletePlan'
  | 'listNodes'
  | 'updateNode'
  | 'deleteNode'

/** Who gets how much, and of how much there is. */
export const createQuotaHandlers = ({
  quotas,
}: Pick<GatewayPorts, 'quotas'>): Handlers<typeof gatewayRoutes, Names> => ({
  getQuota: async ({ caller, params }) => ({
    status: 200,
    body: await quotas.getQuota(scopeFor(caller, 'team:read'), params.id),
  }),

  setQuota: async ({ params, body: { plan_id, overrides } }) => ({
    status: 200,
    body: await quotas.setQuota(params.id, {
      ...given({ plan_id }),
      ...(overrides ? { overrides: given(overrides) } : {}),
    }),
  }),

  listPlans: async () => ({ status: 200, body: { items: (await quotas.listPlans()).map(toPlanAnswer), next: null } }),

  createPlan: async ({ body }) => ({ status: 201, body: toPlanAnswer(await quotas.createPlan(body)) }),

  updatePlan: async ({ params, body: { limits, self_service, ...rest } }) => {
    const parts = {
      ...(limits ? { limits: given(limits) } : {}),
      ...(self_service ? { self_service: given(self_service) } : {}),
    }
    return { status: 200, body: toPlanAnswer(await quotas.updatePlan(params.id, { ...given(rest), ...parts })) }
  },

  deletePlan: async ({ params }) => {
    await quotas.deletePlan(params.id)
    return { status: 204, body: null }
  },

  listNodes: async () => ({ status: 200, body: { items: (await quotas.listNodes()).map(toNodeAnswer), next: null } }),

  updateNode: async ({ params, body }) => ({
    status: 200,
    body: toNodeAnswer(await quotas.updateNode(params.id, given(body.overcommit))),
  }),

  deleteNode: async ({ params }) => {
    await quotas.removeNode(params.id)
    return { status: 204, body: null }
  },
})

const toPlanAnswer = (plan: Plan): PlanAnswer => ({ ...plan, created_at: plan.created_at.toISOString() })

const toNodeAnswer = (node: Node): NodeAnswer => ({
  ...node,
  allowed: allowedOf(node),
  updated_at: node.updated_at.toISOString(),
})
