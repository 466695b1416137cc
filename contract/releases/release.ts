import { z } from 'zod'
import { statusReason } from '../services/service-status.ts'

/**
 * What became of a release. `superseded`: a later publish took its place before it went live.
 * `retired`: it was live once and can be rolled back to.
 */
export const releaseStatus = z.enum(['queued', 'building', 'live', 'retired', 'superseded', 'failed'])
export type ReleaseStatus = z.infer<typeof releaseStatus>

/** One publish of a service, never changed afterwards. */
export const releaseAnswer = z
  .object({
    id: z.string(),
    service_id: z.string(),
    /** 1, 2, 3 ... within the service. */
    number: z.int(),
    status: releaseStatus,
    status_reason: statusReason.nullable(),
    files_count: z.int(),
    files_bytes: z.int(),
    warnings: z.array(z.string()),
    /** Who published it. */
    username: z.string(),
    created_at: z.iso.datetime(),
    /** Milliseconds from the request to the first verified answer; null until it was live. */
    live_after_ms: z.int().nullable(),
  })
  .meta({ id: 'Release' })
export type ReleaseAnswer = z.infer<typeof releaseAnswer>

export const releaseList = z
  .object({ items: z.array(releaseAnswer), next: z.string().nullable() })
  .meta({ id: 'ReleaseList' })

export const rollbackRequest = z.strictObject({ release_id: z.string().min(1) }).meta({ id: 'Rollback' })

/** Publishing files that were sent by digest before. */
export const createReleaseRequest = z
  .strictObject({ upload_id: z.string('is missing; send files, or the upload_id that POST /uploads answered').min(1) })
  .meta({ id: 'CreateRelease' })
