import { AppError, invalidFields } from '@parcela/contract'
import type { Clock, People } from '@parcela/core'
import type { FastifyRequest } from 'fastify'
import { getAccountId } from '../accounts/get-account-id.ts'
import type { Caller } from '../callers/caller.ts'
import { addressOf } from '../callers/require-room.ts'
import type { Attempts } from '../identity/attempts.ts'
import type { Identity } from '../identity/create-identity.ts'

type Dependencies = {
  identity: Identity
  people: Pick<People, 'findAccountId'>
  attempts: Attempts
  clock: Clock
}

/** Throws unless whoever holds the session shows again that they are its person. */
export type RequireProof = (
  caller: Pick<Caller, 'person' | 'signed_in_at'>,
  request: Pick<FastifyRequest, 'ip'>,
  password: string | undefined,
) => Promise<void>

const freshMs = 15 * 60_000

/**
 * For what cannot be undone: the password, guessed no faster than at the sign-in; where the account has none (it signs in with a passkey or at a
 * provider), a sign-in of the last quarter of an hour.
 */
export const createRequireProof =
  ({ identity, people, attempts, clock }: Dependencies): RequireProof =>
  async ({ person, signed_in_at }, request, password) => {
    const { internalAdapter, password: passwords } = await identity.$context
    const account = await internalAdapter.findUserById(await getAccountId(people, person))
    const credentials = account ? await internalAdapter.findAccounts(account.id) : []
    const hash = credentials.find(({ providerId }) => providerId === 'credential')?.password
    if (!account || !hash) return requireFresh(signed_in_at, clock.now())

    if (password === undefined) throw invalidFields({ password: 'is needed: write yours to say that it is you' })
    const attempt = { email: account.email, address: addressOf(request) }
    attempts.requireRoom(attempt)
    if (!(await passwords.verify({ hash, password }))) {
      attempts.record(attempt)
      throw invalidFields({ password: 'is not yours' })
    }
    attempts.forget(attempt)
  }

const requireFresh = (signedInAt: Date | null, now: Date): void => {
  if (now.getTime() - (signedInAt?.getTime() ?? 0) <= freshMs) return
  throw new AppError(
    'forbidden',
    'Sign in again first: an account without a password is erased only within 15 minutes of a sign-in.',
    {
      details: { reason: 'sign_in_again' },
    },
  )
}
