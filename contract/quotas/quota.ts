import { z } from 'zod'
import { quotaLimits, selfService } from './plan.ts'

const used = z.object({
  services: z.int(),
  cpus: z.number(),
  ram_mb: z.int(),
  storage_gb: z.int(),
  machines: z.int(),
  uploads_per_day: z.int(),
  custom_domains: z.int(),
})

/** A team's use against its limits. What waits for approval is reserved and counted; what is being deleted is not counted any more. */
export const quotaAnswer = z
  .object({
    team_id: z.string(),
    plan: z.object({ id: z.string(), name: z.string(), self_service: selfService }),
    /** What applies: the plan's limits, with the team's own in their place. */
    limits: quotaLimits,
    overrides: quotaLimits.partial(),
    used,
  })
  .meta({ id: 'Quota' })
export type QuotaAnswer = z.infer<typeof quotaAnswer>

export const setQuotaRequest = z
  .strictObject({
    plan_id: z.string('must be text').min(1).max(64).optional(),
    /** Exactly these limits differ from the plan's; null is without limit. */
    overrides: quotaLimits.partial().optional(),
  })
  .refine(change => Object.keys(change).length > 0, 'has nothing to change in it')
  .meta({ id: 'SetQuota' })
