import { z } from 'zod'
import { cpus, ramMb, serviceType, storageGb } from '../services/service-request.ts'

export const approvalStatus = z.enum(['pending', 'approved', 'refused', 'withdrawn'])
export type ApprovalStatus = z.infer<typeof approvalStatus>

const time = z.iso.datetime()
const resources = z.object({ storage_gb: z.int(), ram_mb: z.int(), cpus: z.number() })

/** A request above what the team's plan gives by itself. Nothing of it runs while it is pending. */
export const approvalAnswer = z
  .object({
    id: z.string(),
    service_id: z.string(),
    service_name: z.string(),
    service_type: serviceType,
    team_id: z.string(),
    team_name: z.string(),
    /** A new service, or other resources of one that is there. */
    kind: z.enum(['create', 'change']),
    status: approvalStatus,
    asked: resources,
    /** What the service has until then; null for a new one. */
    current: resources.nullable(),
    /** What was given; null until it is approved. */
    given: resources.nullable(),
    /** What is above the plan's threshold: `cpus`, `ram_mb`, `storage_gb`, `machines`. */
    over: z.array(z.string()),
    requested_by: z.string(),
    requested_at: time,
    decided_by: z.string().nullable(),
    decided_at: time.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Approval' })
export type ApprovalAnswer = z.infer<typeof approvalAnswer>
export const approvalList = z
  .object({ items: z.array(approvalAnswer), next: z.string().nullable() })
  .meta({ id: 'ApprovalList' })

/** Approving with less than was asked for; what is left out is given as asked. */
export const approveRequest = z
  .strictObject({ storage_gb: storageGb.optional(), ram_mb: ramMb.optional(), cpus: cpus.optional() })
  .meta({ id: 'Approve' })

export const refuseRequest = z
  .strictObject({
    reason: z.string('must be text').trim().min(1, 'is empty; say why').max(500, 'is longer than 500 characters'),
  })
  .meta({ id: 'Refuse' })
