import { z } from 'zod'
import { errorCode } from '../errors/error-code.ts'

/**
 * What a person is told about a service, in one word.
 * `running` means that a request through the real edge was answered by the release in question; nothing else sets it.
 * `updating` means that an earlier release keeps serving while a newer one is on its way.
 */
export const serviceStatus = z.enum([
  'pending_approval',
  'queued',
  'building',
  'starting',
  'running',
  'updating',
  'stopped',
  'sleeping',
  'failed',
  'deleting',
])
export type ServiceStatusWord = z.infer<typeof serviceStatus>

/** Why a service is not (or not yet) what was asked for. */
export const statusReason = z.object({
  code: errorCode,
  message: z.string(),
  /** The step that failed (`build-image`), when it was one. */
  step: z.string().nullable(),
  /** A stable word for the situation (`ended_by_itself`), so that a page can say it in its own language; absent where it has none. */
  reason: z.string().optional(),
  /** What a sentence about the situation is made with, such as `exit_code` and `last_lines`. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type StatusReason = z.infer<typeof statusReason>
