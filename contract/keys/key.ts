import { z } from 'zod'

/** What a key may do: read, publish as well, or everything that its person may do. */
export const keyScope = z.enum(['read', 'deploy', 'manage'])
export type KeyScope = z.infer<typeof keyScope>

const keyLimits = z.object({
  scope: keyScope,
  team_id: z.string().nullable(),
  service_id: z.string().nullable(),
})
/** Limits only take away: a key never reaches what its person does not. Null is every team, every service. */
export type KeyLimits = z.infer<typeof keyLimits>

/**
 * The limits that travel in a key's metadata. A key without any, made before there were limits, does what its person may do; one whose limits
 * cannot be read is refused everything but reading what does not exist.
 */
export const readKeyLimits = (metadata: unknown): KeyLimits => {
  if (metadata === null || metadata === undefined) return { scope: 'manage', team_id: null, service_id: null }
  const parsed = keyLimits.safeParse(metadata)
  return parsed.success ? parsed.data : { scope: 'read', team_id: 'unreadable', service_id: 'unreadable' }
}

const name = z.string().trim().min(1, 'must have at least 1 character').max(64, 'must have at most 64 characters')

export const createKeyRequest = z
  .strictObject({
    name,
    scope: keyScope.default('manage'),
    team_id: z.string().max(64).nullable().default(null),
    service_id: z.string().max(64).nullable().default(null),
    expires_in_days: z
      .int()
      .min(1)
      .max(3650)
      .nullable()
      .default(null)
      .describe('Null for a key that lasts until it is revoked'),
  })
  .meta({ id: 'CreateKey' })

export const keyAnswer = keyLimits
  .extend({
    id: z.string(),
    name: z.string(),
    /** The first characters, to tell keys apart. */
    start: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Key' })
export type KeyAnswer = z.infer<typeof keyAnswer>

export const keyList = z.object({ items: z.array(keyAnswer), next: z.null() }).meta({ id: 'KeyList' })

/** The only answer that ever holds the key itself. */
export const createdKeyAnswer = keyAnswer.extend({ key: z.string() }).meta({ id: 'CreatedKey' })
