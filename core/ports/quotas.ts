import type { QuotaLimits, SelfService, ServiceType } from '@parcela/contract'
import type { Node, Plan, TeamQuota } from '../model/quota.ts'
import type { EdgeClass } from '../model/route.ts'
import type { Resources } from '../model/service.ts'
import type { TeamScope } from './desired-state.ts'

export type NewPlan = Pick<Plan, 'name' | 'limits' | 'self_service' | 'edge_class' | 'is_default'>

/** Who gets how much, of how much there is. What is promised is checked where the desired state is written, in the same transaction. */
export interface Quotas {
  listPlans(): Promise<Plan[]>
  /** `conflict` with reason `name_taken`. As the default it takes the place of the one before. */
  createPlan(plan: NewPlan): Promise<Plan>
  /** Applies at once to every team that has it; their services stay, and their routes follow the edge class. */
  updatePlan(
    id: string,
    change: {
      name?: string
      limits?: Partial<QuotaLimits>
      self_service?: Partial<SelfService>
      edge_class?: EdgeClass
      is_default?: true
    },
  ): Promise<Plan>
  /** `conflict` with reason `plan_is_default` or `plan_in_use`. */
  deletePlan(id: string): Promise<void>

  getQuota(scope: TeamScope, teamId: string): Promise<TeamQuota>
  setQuota(teamId: string, quota: { plan_id?: string; overrides?: Partial<QuotaLimits> }): Promise<TeamQuota>

  /** What a host has, told by whoever runs there at each start; how much of it may be promised stays as it was set. */
  recordNode(node: { id: string; kind: ServiceType; capacity: Resources }): Promise<void>
  listNodes(): Promise<Node[]>
  updateNode(id: string, overcommit: Partial<Resources>): Promise<Node>
  /** For a host that is no more. `conflict` with reason `node_in_use` while anything is promised of it; one that still runs is back at its next start. */
  removeNode(id: string): Promise<void>
}
