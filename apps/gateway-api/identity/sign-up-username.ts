import { username } from '@parcela/contract'
import type { People } from '@parcela/core'
import { APIError } from 'better-auth/api'

/** The `username` that a sign-up asks for, or undefined; refuses what cannot be one. */
export const parseUsername = (body: unknown): string | undefined => {
  const asked = typeof body === 'object' && body !== null && 'username' in body ? body.username : undefined
  if (asked === undefined || asked === null || asked === '') return undefined
  const parsed = username.safeParse(asked)
  if (parsed.success) return parsed.data
  const problem = parsed.error.issues[0]?.message ?? 'is not valid'
  throw new APIError('UNPROCESSABLE_ENTITY', { code: 'INVALID_USERNAME', message: `username: ${problem}` })
}

/** Throws when somebody has the username that a sign-up asks for. */
export const requireFreeUsername = async (
  people: Pick<People, 'findByUsername'>,
  asked: string | undefined,
): Promise<void> => {
  if (asked === undefined || !(await people.findByUsername(asked))) return
  throw new APIError('UNPROCESSABLE_ENTITY', {
    code: 'USERNAME_TAKEN',
    message: 'username: is taken; choose another one',
  })
}
