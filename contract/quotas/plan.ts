import { z } from 'zod'

/** What visitors may ask of a service at once; the edge has the figures. */
export const edgeClass = z.enum(['small', 'standard', 'large'], 'must be small, standard or large')

const count = z.int('must be a whole number').min(0, 'may not be negative').max(1_000_000_000)
const amount = z.number('must be a number').min(0, 'may not be negative').max(1_000_000_000)

/**
 * What a team may have at most, containers and virtual machines together; null is without limit. `ram_mb` in MiB, `storage_gb` in GiB;
 * `machines` are virtual machines, which count as services, too; `uploads_per_day` counts publishes of a day in UTC; `releases_kept` is per service.
 */
export const quotaLimits = z
  .strictObject({
    services: count.nullable(),
    cpus: amount.nullable(),
    ram_mb: count.nullable(),
    storage_gb: count.nullable(),
    machines: count.nullable(),
    uploads_per_day: count.nullable(),
    releases_kept: count.min(1, 'must be at least 1').nullable(),
    custom_domains: count.nullable(),
  })
  .meta({ id: 'QuotaLimits' })
export type QuotaLimits = z.infer<typeof quotaLimits>
export type QuotaResource = keyof QuotaLimits

/** The largest service that needs nobody's approval; null is any size. */
export const selfService = z
  .strictObject({
    cpus: amount.nullable(),
    ram_mb: count.nullable(),
    storage_gb: count.nullable(),
    /** Whether virtual machines need none. */
    machines: z.boolean('must be true or false'),
  })
  .meta({ id: 'SelfService' })
export type SelfService = z.infer<typeof selfService>

const planName = z.string('must be text').trim().min(1, 'is empty').max(64, 'is longer than 64 characters')

/** A named set of limits that teams are given. */
export const createPlanRequest = z
  .strictObject({
    name: planName,
    limits: quotaLimits,
    self_service: selfService,
    edge_class: edgeClass.default('standard'),
    /** New teams get it; the one that was the default before is so no more. */
    is_default: z.boolean('must be true or false').default(false),
  })
  .meta({ id: 'CreatePlan' })
export type CreatePlanRequest = z.input<typeof createPlanRequest>

export const updatePlanRequest = z
  .strictObject({
    name: planName.optional(),
    limits: quotaLimits.partial().optional(),
    self_service: selfService.partial().optional(),
    edge_class: edgeClass.optional(),
    /** Only true: another plan becomes the default by being made so. */
    is_default: z.literal(true, 'can only be true: make another plan the default instead').optional(),
  })
  .refine(change => Object.keys(change).length > 0, 'has nothing to change in it')
  .meta({ id: 'UpdatePlan' })

export const planAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    limits: quotaLimits,
    self_service: selfService,
    edge_class: edgeClass,
    is_default: z.boolean(),
    teams: z.int(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Plan' })
export type PlanAnswer = z.infer<typeof planAnswer>
export const planList = z.object({ items: z.array(planAnswer), next: z.null() }).meta({ id: 'PlanList' })
