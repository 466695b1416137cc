import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '@parcela/contract'

const shortestToken = 32

/** Compares in constant time. Refuses to be made with a token that could be guessed. */
export const createBearerCheck = (token: string): ((authorization: string | undefined) => boolean) => {
  if (token.length < shortestToken)
    throw new AppError('invalid', `The token must have at least ${shortestToken} characters.`)
  const expected = digest(`Bearer ${token}`)
  return authorization => timingSafeEqual(digest(authorization ?? ''), expected)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
