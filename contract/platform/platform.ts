import { z } from 'zod'

/** Who may make an account by themselves: anybody, those who were invited, or nobody. */
const signUp = z.enum(['open', 'invite', 'closed'])

/** What anybody may know of this installation before they sign in: the answer of GET /platform. Nothing in it helps an attacker. */
export const platformAnswer = z
  .object({
    sign_up: signUp,
    /** Whether a forgotten password can be replaced by mail; otherwise an administrator hands out a link. */
    mail: z.boolean(),
    /** What the button says that signs in with an OpenID provider; null where there is none. */
    open_id: z.object({ name: z.string() }).nullable(),
  })
  .meta({ id: 'Platform' })
export type PlatformAnswer = z.infer<typeof platformAnswer>
