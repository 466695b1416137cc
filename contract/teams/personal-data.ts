import { z } from 'zod'

/** Says that it is meant: the own username, written out, and the password where the account has one. */
export const eraseMeRequest = z
  .strictObject({
    username: z.string('must be text').max(64),
    password: z
      .string('must be text')
      .max(256)
      .optional()
      .describe('Needed where the account has one; otherwise a sign-in of the last 15 minutes'),
  })
  .meta({ id: 'EraseMe' })
