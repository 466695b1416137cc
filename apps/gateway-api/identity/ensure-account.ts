import { AppError, passwordLength } from '@parcela/contract'
import type { Account } from '../people/ensure-person.ts'
import type { Identity } from './create-identity.ts'

/**
 * A sign-in account with this e-mail address and password. `conflict` when the address has an account, unless `replacePassword` is set:
 * then its password becomes this one and its sessions end.
 */
export const ensureAccount = async (
  identity: Identity,
  { email, name, password }: { email: string; name: string; password: string },
  options: { replacePassword: boolean } = { replacePassword: false },
): Promise<Account> => {
  const { internalAdapter, password: passwords } = await identity.$context
  if (password.length < passwordLength.minimum) {
    throw new AppError('invalid', `The password must have at least ${passwordLength.minimum} characters.`)
  }
  const hash = await passwords.hash(password)
  const existing = await internalAdapter.findUserByEmail(email.toLowerCase(), { includeAccounts: true })
  if (existing && !options.replacePassword) {
    const fields = { email: 'has an account here already' }
    throw new AppError('conflict', `email: ${fields.email}`, { details: { fields, reason: 'email_taken' } })
  }
  const user =
    existing?.user ??
    (await internalAdapter.createUser({ email: email.toLowerCase(), name, emailVerified: true }, { method: 'admin' }))
  if (existing?.accounts.some(account => account.providerId === 'credential')) {
    await internalAdapter.updatePassword(user.id, hash)
    await internalAdapter.deleteUserSessions(user.id)
  } else {
    await internalAdapter.linkAccount({ userId: user.id, providerId: 'credential', accountId: user.id, password: hash })
  }
  return { id: user.id, email: user.email, name: user.name }
}
