import type { PlanAnswer, QuotaAnswer, QuotaLimits, QuotaResource } from '@parcela/contract'

export const limitNames: readonly QuotaResource[] = [
  'services',
  'machines',
  'ram_mb',
  'cpus',
  'storage_gb',
  'uploads_per_day',
  'releases_kept',
  'custom_domains',
]

/** What a limit is counted in, after its label. */
export const limitUnits: Partial<Record<QuotaResource, string>> = { ram_mb: ' (MiB)', storage_gb: ' (GiB)' }

/** The limits of a form, where an empty field (NaN) is without limit. */
export type LimitFields = Record<QuotaResource, number>

export const toLimits = (fields: LimitFields): QuotaLimits =>
  Object.fromEntries(limitNames.map(name => [name, Number.isNaN(fields[name]) ? null : fields[name]])) as QuotaLimits

export const toFields = (limits: QuotaLimits): LimitFields =>
  Object.fromEntries(limitNames.map(name => [name, limits[name] ?? Number.NaN])) as LimitFields

/** What a team has of its own instead of the plan's. */
export type Override = { kind: 'plan' | 'none' | 'own'; amount: number }
export type OverrideFields = Record<QuotaResource, Override>

export const toOverrideFields = (overrides: QuotaAnswer['overrides']): OverrideFields =>
  Object.fromEntries(
    limitNames.map(name => {
      const own = overrides[name]
      const kind = own === undefined ? 'plan' : own === null ? 'none' : 'own'
      return [name, { kind, amount: own ?? Number.NaN }]
    }),
  ) as OverrideFields

/** The overrides that a form says; an own limit without a number is the plan's. */
export const toOverrides = (fields: OverrideFields): Partial<QuotaLimits> => {
  const overrides: Partial<QuotaLimits> = {}
  for (const name of limitNames) {
    const { kind, amount } = fields[name]
    if (kind === 'none') overrides[name] = null
    if (kind === 'own' && !Number.isNaN(amount)) overrides[name] = amount
  }
  return overrides
}

/** A plan to begin a new one with. */
export const emptyPlan: Pick<PlanAnswer, 'name' | 'limits' | 'self_service' | 'edge_class'> = {
  name: '',
  limits: {
    services: 5,
    machines: 0,
    ram_mb: 2048,
    cpus: 2,
    storage_gb: 20,
    uploads_per_day: 100,
    releases_kept: 10,
    custom_domains: 5,
  },
  self_service: { ram_mb: 1024, cpus: 1, storage_gb: 10, machines: false },
  edge_class: 'standard',
}
