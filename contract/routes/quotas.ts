import { z } from 'zod'
import { approvalAnswer, approvalList, approvalStatus, approveRequest, refuseRequest } from '../approvals/approval.ts'
import { nodeAnswer, nodeList, updateNodeRequest } from '../quotas/node.ts'
import { createPlanRequest, planAnswer, planList, updatePlanRequest } from '../quotas/plan.ts'
import { quotaAnswer, setQuotaRequest } from '../quotas/quota.ts'
import { defineRoute } from './route.ts'

const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many to answer at most'),
  cursor: z.string().max(200).optional().describe('The `next` of the page before'),
})
const idOf = (what: string) => z.object({ id: z.string().max(64).describe(`The id of the ${what}`) })

/** Who gets how much, of how much there is, and who decides about more. */
export const quotaRoutes = {
  getQuota: defineRoute({
    method: 'GET',
    path: '/teams/{id}/quota',
    summary: 'Use against limits',
    permission: 'team:read',
    params: idOf('team'),
    answers: { 200: quotaAnswer },
  }),
  setQuota: defineRoute({
    method: 'PUT',
    path: '/teams/{id}/quota',
    summary: "Set a team's plan and own limits",
    permission: 'platform:admin',
    description: 'What the team has already stays, also where it is more than the new limits.',
    params: idOf('team'),
    body: setQuotaRequest,
    answers: { 200: quotaAnswer },
  }),
  listPlans: defineRoute({
    method: 'GET',
    path: '/plans',
    summary: 'List plans',
    permission: 'platform:admin',
    answers: { 200: planList },
  }),
  createPlan: defineRoute({
    method: 'POST',
    path: '/plans',
    summary: 'Make a plan',
    permission: 'platform:admin',
    body: createPlanRequest,
    answers: { 201: planAnswer },
  }),
  updatePlan: defineRoute({
    method: 'PATCH',
    path: '/plans/{id}',
    summary: 'Change a plan',
    permission: 'platform:admin',
    params: idOf('plan'),
    body: updatePlanRequest,
    answers: { 200: planAnswer },
  }),
  deletePlan: defineRoute({
    method: 'DELETE',
    path: '/plans/{id}',
    summary: 'Delete a plan',
    permission: 'platform:admin',
    description: 'Refused for the default plan, and while a team has it.',
    params: idOf('plan'),
    answers: { 204: null },
  }),
  listNodes: defineRoute({
    method: 'GET',
    path: '/nodes',
    summary: 'Hosts: capacity and promises',
    permission: 'platform:admin',
    answers: { 200: nodeList },
  }),
  updateNode: defineRoute({
    method: 'PATCH',
    path: '/nodes/{id}',
    summary: 'Set how much may be promised of a host',
    permission: 'platform:admin',
    params: idOf('node'),
    body: updateNodeRequest,
    answers: { 200: nodeAnswer },
  }),
  deleteNode: defineRoute({
    method: 'DELETE',
    path: '/nodes/{id}',
    summary: 'Remove a host that is no more',
    permission: 'platform:admin',
    description: 'Refused while anything is promised of it. A host that still runs is back at its next start.',
    params: idOf('node'),
    answers: { 204: null },
  }),
  listApprovals: defineRoute({
    method: 'GET',
    path: '/approvals',
    summary: 'List requests for more',
    permission: 'platform:approve',
    query: page.extend({ status: approvalStatus.optional() }),
    answers: { 200: approvalList },
  }),
  approve: defineRoute({
    method: 'POST',
    path: '/approvals/{id}/approve',
    summary: 'Approve, also with less',
    permission: 'platform:approve',
    params: idOf('approval'),
    body: approveRequest,
    answers: { 200: approvalAnswer },
  }),
  refuse: defineRoute({
    method: 'POST',
    path: '/approvals/{id}/refuse',
    summary: 'Refuse with a reason',
    permission: 'platform:approve',
    params: idOf('approval'),
    body: refuseRequest,
    answers: { 200: approvalAnswer },
  }),
  listServiceApprovals: defineRoute({
    method: 'GET',
    path: '/services/{id}/approvals',
    summary: "A service's requests for more",
    permission: 'service:read',
    params: idOf('service'),
    query: page,
    answers: { 200: approvalList },
  }),
}
