import { z } from 'zod'

const time = z.iso.datetime()

export const auditThrough = z.enum(['session', 'api-key', 'system', 'nobody'])
export const auditOutcome = z.enum(['done', 'refused', 'failed'])

/** One row of the audit trail. What was a secret is `***` in `before` and `after`, which hold changed fields only. */
export const auditAnswer = z
  .object({
    seq: z.int(),
    at: time,
    actor: z.object({ id: z.string(), username: z.string() }).nullable(),
    through: auditThrough,
    through_id: z.string().nullable(),
    address: z.string().nullable(),
    user_agent: z.string().nullable(),
    request_id: z.string().nullable(),
    action: z.string(),
    object_type: z.string().nullable(),
    object_id: z.string().nullable(),
    team_id: z.string().nullable(),
    outcome: auditOutcome,
    status: z.int().nullable(),
    error_code: z.string().nullable(),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    /** The hash of the row before, and of this one: SHA-256 in hexadecimal. */
    previous: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditRow' })
export type AuditAnswer = z.infer<typeof auditAnswer>

export const auditList = z
  .object({ items: z.array(auditAnswer), next: z.string().nullable() })
  .meta({ id: 'AuditRowList' })

/** A line of a verification: how far it is, and in the last one (`is_complete`) the result. */
export const auditCheck = z
  .object({
    rows: z.int(),
    head: z.object({ seq: z.int(), hash: z.string() }).nullable(),
    /** The first row that is not as it was written. */
    problem: z.object({ seq: z.int(), message: z.string() }).nullable(),
    is_complete: z.boolean(),
  })
  .meta({ id: 'AuditCheck' })
export type AuditCheckAnswer = z.infer<typeof auditCheck>

const word = z.string().min(1).max(200).optional()

/** What is looked for in the trail; what is left out is not asked about. */
export const auditFilter = z.object({
  actor: word.describe("A person's id or username"),
  action: word.describe('As rows say it: updateService, sign-in.email'),
  object_type: word,
  object_id: word,
  outcome: auditOutcome.optional(),
  from: time.optional().describe('Rows from this time on'),
  to: time.optional().describe('Rows before this time'),
  search: word.describe('Text anywhere in actor, action, object, address or request id'),
})

/** A row that was noted down earlier, as a verification told its head: number and hash. */
export const auditNoted = z
  .string()
  .regex(/^[1-9]\d{0,14}:[0-9a-f]{64}$/, 'must be the number and the hash of a row: 12:0a1b...')
  .optional()
