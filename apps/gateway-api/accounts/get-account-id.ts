import { AppError } from '@parcela/contract'
import type { People, Person } from '@parcela/core'

/** The id of somebody's sign-in account; `conflict` where they have none. */
export const getAccountId = async (
  people: Pick<People, 'findAccountId'>,
  { id }: Pick<Person, 'id'>,
): Promise<string> => {
  const accountId = await people.findAccountId(id)
  if (accountId !== undefined) return accountId
  throw new AppError('conflict', 'This person has no account to sign in with.', { details: { reason: 'no_account' } })
}
