import { z } from 'zod'

/** What a change of the key did. */
export const rotationAnswer = z
  .object({
    /** The id of the new key; the key itself stays in its file. */
    key_id: z.string(),
    /** How many secrets are encrypted with it now. */
    secrets: z.int(),
  })
  .meta({ id: 'SecretRotation' })
export type RotationAnswer = z.infer<typeof rotationAnswer>
