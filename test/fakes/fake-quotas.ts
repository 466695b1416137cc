import { AppError } from '@parcela/contract'
import {
  type Approvals,
  type Clock,
  createId,
  type Node,
  type NodeId,
  type PersonalData,
  type Plan,
  type Quotas,
  type TeamId,
  type TeamQuota,
} from '@parcela/core'

const noLimits = {
  services: null,
  cpus: null,
  ram_mb: null,
  storage_gb: null,
  machines: null,
  uploads_per_day: null,
  releases_kept: null,
  custom_domains: null,
}
const nothingUsed = {
  services: 0,
  cpus: 0,
  ram_mb: 0,
  storage_gb: 0,
  machines: 0,
  uploads_per_day: 0,
  custom_domains: 0,
}

/** Plans and hosts in memory. Nothing is counted here: the fake desired state refuses nobody. */
export const createFakeQuotas = (clock: Clock): Quotas => {
  const newId = () => createId('plan', clock.now().getTime(), crypto.getRandomValues(new Uint8Array(16)))
  const plans: Plan[] = [
    {
      id: newId(),
      name: 'Standard',
      limits: noLimits,
      self_service: { cpus: null, ram_mb: null, storage_gb: null, machines: true },
      edge_class: 'standard',
      is_default: true,
      teams: 0,
      created_at: clock.now(),
    },
  ]
  const nodes = new Map<string, Node>()
  const overrides = new Map<string, TeamQuota['overrides']>()
  const planOf = new Map<string, Plan>()

  const getPlan = (id: string): Plan => {
    const plan = plans.find(other => other.id === id)
    if (!plan) throw new AppError('not_found', 'There is no such plan.')
    return plan
  }
  const defaultPlan = (): Plan => plans.find(({ is_default }) => is_default) as Plan
  const makeDefault = (plan: Plan): void => {
    for (const other of plans) other.is_default = other.id === plan.id
  }
  const quotaOf = (teamId: string): TeamQuota => {
    const { id, name, self_service, limits } = planOf.get(teamId) ?? defaultPlan()
    const own = overrides.get(teamId) ?? {}
    return {
      team_id: teamId as TeamId,
      plan: { id, name, self_service },
      limits: { ...limits, ...own },
      overrides: own,
      used: nothingUsed,
    }
  }

  return {
    listPlans: async () => structuredClone(plans),
    createPlan: async plan => {
      const made: Plan = { ...plan, id: newId(), teams: 0, created_at: clock.now() }
      plans.push(made)
      if (plan.is_default) makeDefault(made)
      return structuredClone(made)
    },
    updatePlan: async (id, { limits, self_service, ...change }) => {
      const plan = getPlan(id)
      Object.assign(plan, change, {
        limits: { ...plan.limits, ...limits },
        self_service: { ...plan.self_service, ...self_service },
      })
      if (change.is_default) makeDefault(plan)
      return structuredClone(plan)
    },
    deletePlan: async id => {
      const plan = getPlan(id)
      if (plan.is_default)
        throw new AppError('conflict', 'It is the default.', { details: { reason: 'plan_is_default' } })
      plans.splice(plans.indexOf(plan), 1)
    },
    getQuota: async (scope, teamId) => {
      const isSeen = scope === 'every-team' || (!('service_id' in scope) && scope.includes(teamId as TeamId))
      if (!isSeen) throw new AppError('not_found', 'There is no such team.')
      return quotaOf(teamId)
    },
    setQuota: async (teamId, quota) => {
      if (quota.plan_id !== undefined) planOf.set(teamId, getPlan(quota.plan_id))
      if (quota.overrides) overrides.set(teamId, quota.overrides)
      return quotaOf(teamId)
    },
    recordNode: async ({ id, kind, capacity }) => {
      nodes.set(id, {
        id: id as NodeId,
        kind,
        capacity,
        overcommit: nodes.get(id)?.overcommit ?? { cpus: 16, ram_mb: 2, storage_gb: 4 },
        promised: { cpus: 0, ram_mb: 0, storage_gb: 0 },
        services: 0,
        updated_at: clock.now(),
      })
    },
    listNodes: async () => structuredClone([...nodes.values()]),
    updateNode: async (id, overcommit) => {
      const node = nodes.get(id)
      if (!node) throw new AppError('not_found', 'There is no such host.')
      Object.assign(node.overcommit, overcommit)
      return structuredClone(node)
    },
    removeNode: async id => {
      if (!nodes.delete(id)) throw new AppError('not_found', 'There is no such host.')
    },
  }
}

const noRequest = (): never => {
  throw new AppError('not_found', 'There is no such request.')
}

/** Nobody ever asks for more than the fake desired state gives. */
export const createFakeApprovals = (): Approvals => ({
  listApprovals: async () => ({ items: [], next: null }),
  listServiceApprovals: async () => ({ items: [], next: null }),
  approve: async () => noRequest(),
  refuse: async () => noRequest(),
  takeNotices: async () => [],
})

/** Of people who have nothing. */
export const createFakePersonalData = (): PersonalData & { erased: string[] } => {
  const erased: string[] = []
  return {
    erased,
    readRows: async () => ({}),
    // biome-ignore lint/correctness/useYield: nothing is the right answer here.
    listServices: async function* () {
      return
    },
    erasePerson: async id => {
      erased.push(id)
    },
  }
}
