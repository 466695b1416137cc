import type { ApprovalAnswer, gatewayRoutes } from '@parcela/contract'
import type { Approval } from '@parcela/core'
import { scopeFor } from '../callers/caller.ts'
import type { GatewayPorts } from '../ports.ts'
import { given } from '../quotas/given.ts'
import type { Handlers } from '../routes/route-input.ts'
import type { ApprovalTeller } from './tell-approvals.ts'

type Names = 'listApprovals' | 'approve' | 'refuse' | 'listServiceApprovals'

/** Requests above what a plan gives by itself: who asked for what, and what became of it. */
export const createApprovalHandlers = ({
  approvals,
  teller,
}: Pick<GatewayPorts, 'approvals'> & { teller: ApprovalTeller }): Handlers<typeof gatewayRoutes, Names> => ({
  listApprovals: async ({ query: { status, limit, cursor } }) => {
    const { items, next } = await approvals.listApprovals({ status }, { limit, cursor })
    return { status: 200, body: { items: items.map(toApprovalAnswer), next } }
  },

  listServiceApprovals: async ({ caller, params, query: { limit, cursor } }) => {
    const scope = scopeFor(caller, 'service:read')
    const { items, next } = await approvals.listServiceApprovals(scope, params.id, { limit, cursor })
    return { status: 200, body: { items: items.map(toApprovalAnswer), next } }
  },

  approve: async ({ caller, params, body }) => {
    const approval = await approvals.approve(params.id, { by: caller.person.id, given: given(body) })
    teller.tell()
    return { status: 200, body: toApprovalAnswer(approval) }
  },

  refuse: async ({ caller, params, body: { reason } }) => {
    const approval = await approvals.refuse(params.id, { by: caller.person.id, reason })
    teller.tell()
    return { status: 200, body: toApprovalAnswer(approval) }
  },
})

const toApprovalAnswer = (approval: Approval): ApprovalAnswer => ({
  ...approval,
  requested_by: approval.requested_by.username,
  requested_at: approval.requested_at.toISOString(),
  decided_by: approval.decided_by?.username ?? null,
  decided_at: approval.decided_at?.toISOString() ?? null,
})
