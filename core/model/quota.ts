import { AppError, type QuotaLimits, type QuotaResource, type SelfService, type ServiceType } from '@parcela/contract'
import type { NodeId, PersonId, PlanId, ServiceId, TeamId } from './id.ts'
import type { EdgeClass } from './route.ts'
import type { Resources } from './service.ts'

export type Plan = {
  id: PlanId
  name: string
  limits: QuotaLimits
  self_service: SelfService
  edge_class: EdgeClass
  is_default: boolean
  teams: number
  created_at: Date
}

/** What is added up over a team; `releases_kept` is not: it trims each service by itself. */
export type CountedResource = Exclude<QuotaResource, 'releases_kept'>
export type QuotaUse = Record<CountedResource, number>

export type TeamQuota = {
  team_id: TeamId
  plan: Pick<Plan, 'id' | 'name' | 'self_service'>
  limits: QuotaLimits
  overrides: Partial<QuotaLimits>
  used: QuotaUse
}

/** A host: what it has, and how many times that may be promised. */
export type Node = {
  id: NodeId
  kind: ServiceType
  capacity: Resources
  overcommit: Resources
  promised: Resources
  services: number
  updated_at: Date
}

export type Approval = {
  id: string
  service_id: ServiceId
  service_name: string
  service_type: ServiceType
  team_id: TeamId
  team_name: string
  kind: 'create' | 'change'
  status: 'pending' | 'approved' | 'refused' | 'withdrawn'
  asked: Resources
  current: Resources | null
  given: Resources | null
  over: string[]
  requested_by: { id: PersonId; username: string }
  requested_at: Date
  decided_by: { id: PersonId; username: string } | null
  decided_at: Date | null
  reason: string | null
}

/** What a request goes beyond: how much is used, how much more was asked for, how much is allowed in all. */
export type Excess<R extends string = string> = { resource: R; used: number; asked: number; allowed: number }

/** Cores are fractions: thousandths are what is compared, or 0.1 three times would be more than 0.3. */
const thousandths = (value: number): number => Math.round(value * 1000)
const rounded = (value: number): number => thousandths(value) / 1000

/**
 * The first resource of which more would be used than is allowed. Only what is asked for on top counts: who is above a limit that was lowered
 * may still ask for less, or for something else.
 */
export const findExcess = <R extends string>(
  limits: { readonly [K in NoInfer<R>]: number | null },
  used: { readonly [K in NoInfer<R>]: number },
  asked: { readonly [K in R]?: number },
): Excess<R> | undefined => {
  for (const [resource, more] of Object.entries(asked) as [R, number][]) {
    const allowed = limits[resource]
    if (allowed === null || more <= 0) continue
    if (thousandths(used[resource]) + thousandths(more) <= thousandths(allowed)) continue
    return { resource, used: rounded(used[resource]), asked: rounded(more), allowed: rounded(allowed) }
  }
  return undefined
}

const gib = 2 ** 30

/** Throws `too_large` for published files that do not fit into this much storage. */
export const requireStorageFor = (bytes: number, storage_gb: number): void => {
  if (bytes <= storage_gb * gib) return
  const problem = `the files have ${Math.ceil((bytes / gib) * 10) / 10} GiB; ask for more storage or publish less`
  throw new AppError('too_large', `storage_gb: ${problem}`, {
    details: { fields: { storage_gb: problem }, reason: 'over_storage', storage_gb },
  })
}

/** What one service of these resources counts as. */
export const useOf = (service: { service_type: ServiceType; resources: Resources }): Partial<QuotaUse> => ({
  services: 1,
  machines: service.service_type === 'vm' ? 1 : 0,
  ...service.resources,
})

const resourceNames = ['storage_gb', 'ram_mb', 'cpus'] as const

/** How much more of each resource the second is. */
export const increaseOf = (before: Resources, after: Resources): Resources => ({
  storage_gb: after.storage_gb - before.storage_gb,
  ram_mb: after.ram_mb - before.ram_mb,
  cpus: after.cpus - before.cpus,
})

/**
 * What of a request needs somebody's approval, nothing when none is needed. A service that is there is asked about only where it gets more than
 * it has: `before`.
 */
export const findOverThreshold = (
  threshold: SelfService,
  asked: { service_type: ServiceType; resources: Resources },
  before?: Resources,
): string[] => {
  const over: string[] = resourceNames.filter(name => {
    const limit = threshold[name]
    const isMore = !before || thousandths(asked.resources[name]) > thousandths(before[name])
    return limit !== null && isMore && thousandths(asked.resources[name]) > thousandths(limit)
  })
  if (asked.service_type === 'vm' && !threshold.machines && !before) over.push('machines')
  return over
}

const words: Record<CountedResource, (amount: number) => string> = {
  services: amount => `${amount} ${amount === 1 ? 'service' : 'services'}`,
  cpus: amount => `${amount} ${amount === 1 ? 'core' : 'cores'}`,
  ram_mb: amount => `${amount} MiB of memory`,
  storage_gb: amount => `${amount} GiB of storage`,
  machines: amount => `${amount} virtual ${amount === 1 ? 'machine' : 'machines'}`,
  uploads_per_day: amount => `${amount} ${amount === 1 ? 'publish' : 'publishes'} a day`,
  custom_domains: amount => `${amount} custom ${amount === 1 ? 'domain' : 'domains'}`,
}

/** `quota_exceeded`, with what is used, asked and allowed, and what to do. */
export const quotaExceeded = (excess: Excess<CountedResource>): AppError => {
  const { resource, used, asked, allowed } = excess
  const say = words[resource]
  const help =
    resource === 'uploads_per_day'
      ? 'The count begins again at midnight (UTC).'
      : 'Remove something, ask for less, or ask an administrator for more.'
  return new AppError(
    'quota_exceeded',
    `The team may have ${say(allowed)}; ${used} of it is used, and this asks for ${asked} more. ${help}`,
    { details: { reason: `quota_${resource}`, ...excess } },
  )
}

/** `capacity_exceeded`: the team may have it, but no host has room for it now. */
export const capacityExceeded = (excess: Excess<keyof Resources>): AppError => {
  const { resource, used, asked, allowed } = excess
  const say = words[resource]
  return new AppError(
    'capacity_exceeded',
    `The hosts of this installation have promised ${used} of ${say(allowed)}, and this asks for ${asked} more. Ask for less, or ask an administrator for another host.`,
    { details: { reason: `capacity_${resource}`, ...excess } },
  )
}

/** What may be promised of a host in all. */
export const allowedOf = ({ capacity, overcommit }: Pick<Node, 'capacity' | 'overcommit'>): Resources => ({
  storage_gb: Math.floor(capacity.storage_gb * overcommit.storage_gb),
  ram_mb: Math.floor(capacity.ram_mb * overcommit.ram_mb),
  cpus: rounded(capacity.cpus * overcommit.cpus),
})

/** The host with most free memory that has room for this much more; else what the roomiest one lacks. Undefined without hosts. */
export const placeOn = <N extends Pick<Node, 'id' | 'capacity' | 'overcommit' | 'promised'>>(
  nodes: readonly N[],
  asked: Resources,
): { node: N } | { excess: Excess<keyof Resources> } | undefined => {
  const roomiest = nodes.toSorted((one, other) => freeRam(other) - freeRam(one))
  const node = roomiest.find(candidate => !findExcess(allowedOf(candidate), candidate.promised, asked))
  if (node) return { node }
  const [first] = roomiest
  const excess = first && findExcess(allowedOf(first), first.promised, asked)
  return excess && { excess }
}

const freeRam = (node: Pick<Node, 'capacity' | 'overcommit' | 'promised'>): number =>
  allowedOf(node).ram_mb - node.promised.ram_mb
