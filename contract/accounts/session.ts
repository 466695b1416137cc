import { z } from 'zod'

/** Where somebody is signed in. The id says nothing that a session could be used with. */
export const sessionAnswer = z
  .object({
    id: z.string(),
    /** The one that this request came with. */
    is_current: z.boolean(),
    address: z.string().nullable(),
    /** The browser, in its own words. */
    user_agent: z.string().nullable(),
    created_at: z.iso.datetime(),
    /** When it was last seen in use, noted once a day at most. */
    seen_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Session' })
export type SessionAnswer = z.infer<typeof sessionAnswer>

export const sessionList = z.object({ items: z.array(sessionAnswer), next: z.null() }).meta({ id: 'SessionList' })
