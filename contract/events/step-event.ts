import { z } from 'zod'
import { domainStatus } from '../domains/domain.ts'
import { serviceStatus, statusReason } from '../services/service-status.ts'

/** One step of the work on a service, as it begins and again as it ends. */
export const stepEvent = z
  .object({
    type: z.literal('step'),
    step: z.string(),
    status: z.enum(['running', 'done', 'failed']),
    started_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    message: z.string().nullable(),
    /** Groups the steps of one piece of work; a repeated attempt is another run. */
    run_id: z.string(),
    release_id: z.string().nullable(),
  })
  .meta({ id: 'StepEvent' })
export type StepEvent = z.infer<typeof stepEvent>

/** The service's status changed. */
export const statusEvent = z
  .object({
    type: z.literal('status'),
    status: serviceStatus,
    status_reason: statusReason.nullable(),
    release_id: z.string().nullable(),
    serving_release_id: z.string().nullable(),
    generation: z.int(),
  })
  .meta({ id: 'StatusEvent' })
export type StatusEvent = z.infer<typeof statusEvent>

/** A custom domain is further than before, or told something else. */
export const domainEvent = z
  .object({
    type: z.literal('domain'),
    name: z.string(),
    status: domainStatus,
    status_reason: statusReason.nullable(),
  })
  .meta({ id: 'DomainEvent' })
export type DomainEvent = z.infer<typeof domainEvent>

/** What GET /services/{id}/events streams: SSE with `event:` = type, `id:` = a number to resume from, `data:` = this. */
export const serviceEvent = z
  .discriminatedUnion('type', [stepEvent, statusEvent, domainEvent])
  .meta({ id: 'ServiceEvent' })
export type ServiceEvent = z.infer<typeof serviceEvent>

/** One line of GET /services/{id}/logs (NDJSON). */
export const logLine = z
  .object({
    time: z.iso.datetime().nullable(),
    stream: z.enum(['stdout', 'stderr', 'build']),
    text: z.string(),
    release_id: z.string().nullable(),
  })
  .meta({ id: 'LogLine' })
export type LogLine = z.infer<typeof logLine>
