import { z } from 'zod'

/** Who may make an account by themselves: anybody, those who were invited, or nobody. */
const signUp = z.enum(['open', 'invite', 'closed'])

/** What anybody may know of this installation before they sign in: the answer of GET /platform. Nothing in it helps an attacker. */
export const platformAnswer = z.object({ sign_up: signUp }).meta({ id: 'Platform' })
export type PlatformAnswer = z.infer<typeof platformAnswer>
