import { AppError, invalidFields, username as usernameSchema } from '@parcela/contract'
import type { People, Person } from '@parcela/core'
import type { Caller } from '../callers/caller.ts'
import { suggestUsername } from '../people/suggest-username.ts'

type Asked = { user_id?: string | undefined; username?: string | undefined }

/**
 * For whom a service is asked. Everybody asks for themselves: what they say of themselves must be true. An administrator may ask for somebody
 * else, and somebody whom nobody knows yet is made known by that: a person with a team of their own, who cannot sign in yet.
 */
export const findOwner = async (people: People, caller: Caller, asked: Asked): Promise<Person> => {
  if (isSelf(caller.person, asked)) return caller.person
  if (!caller.person.is_administrator) {
    throw new AppError(
      'forbidden',
      `user_id and username must be your own (${ownWords(caller.person)}), or be left out. Only administrators ask for somebody else.`,
      { details: { reason: 'not_yourself' } },
    )
  }
  return (await findAsked(people, asked)) ?? makeKnown(people, asked)
}

const isSelf = (person: Person, { user_id, username }: Asked): boolean =>
  (user_id === undefined || user_id === person.external_id || user_id === person.id) &&
  (username === undefined || username === person.username)

const ownWords = (person: Person): string => `${person.external_id ?? person.id}, ${person.username}`

/** The person whom both words name; undefined when neither is known. */
const findAsked = async (people: People, { user_id, username }: Asked): Promise<Person | undefined> => {
  const byId = user_id === undefined ? undefined : await findById(people, user_id)
  const byName = username === undefined ? undefined : await people.findByUsername(username)
  if (byId && username !== undefined && byId.username !== username) {
    throw invalidFields({ username: 'is not the username of the person with this user_id' })
  }
  if (byName && user_id !== undefined && byName.external_id !== user_id && byName.id !== user_id) {
    throw invalidFields({ user_id: 'is not the id of the person with this username' })
  }
  return byId ?? byName
}

const findById = async (people: People, id: string): Promise<Person | undefined> =>
  (await people.findByExternalId(id)) ?? (await people.findPerson(id))

const makeKnown = async (people: People, asked: Asked): Promise<Person> => {
  const { user_id = null } = asked
  if (user_id?.startsWith('usr_')) throw invalidFields({ user_id: 'is an id of this platform, but nobody has it' })
  const username = asked.username ?? (await people.suggestUsername(suggestUsername(`${user_id}@`)))
  const parsed = usernameSchema.safeParse(username)
  if (!parsed.success) throw invalidFields({ username: parsed.error.issues[0]?.message ?? 'is not valid' })
  try {
    return await people.createPerson({
      external_id: user_id,
      username,
      email: null,
      name: username,
      is_administrator: false,
      account_id: null,
    })
  } catch (error) {
    // Two requests for the same new person at once: the first one made them known.
    const made = error instanceof AppError && error.code === 'conflict' ? await findAsked(people, asked) : undefined
    if (made) return made
    throw error
  }
}
