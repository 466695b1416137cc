import { AppError } from '@parcela/contract'
import type { People, Person } from '@parcela/core'
import { suggestUsername } from './suggest-username.ts'

export type Account = { id: string; email: string; name: string }

export type EnsurePerson = (account: Account, username?: string) => Promise<Person>

/**
 * The person of a sign-in account, made when there is none yet: at sign-up, or at the first request after a sign-up that was cut off.
 * Idempotent, also for two calls at once.
 */
export const createEnsurePerson =
  (people: People): EnsurePerson =>
  async (account, username) => {
    const existing = await people.findByAccount(account.id)
    if (existing?.disabled_at) throw disabled()
    if (existing) return existing
    const wanted = username ?? (await people.suggestUsername(suggestUsername(account.email)))
    return createOrFind(people, account, { username: wanted, email: account.email })
  }

/** For a session that was opened in the moment in which its person was disabled. */
const disabled = (): AppError => new AppError('unauthenticated', 'This account is disabled. Ask an administrator.')

const attempts = 5

const createOrFind = async (
  people: People,
  account: Account,
  first: { username: string; email: string | null },
): Promise<Person> => {
  let { username, email } = first
  for (let attempt = 1; ; attempt++) {
    try {
      return await people.createPerson({
        external_id: null,
        username,
        email,
        name: account.name || username,
        is_administrator: false,
        account_id: account.id,
      })
    } catch (error) {
      const made = await people.findByAccount(account.id)
      if (made) return made
      if (!(error instanceof AppError) || error.code !== 'conflict' || attempt === attempts) throw error
      // An address that an administrator noted down for somebody proves nothing about who signed up: this person goes without.
      if (error.details?.fields?.email) email = null
      else username = await people.suggestUsername(username)
    }
  }
}
