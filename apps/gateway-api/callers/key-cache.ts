import { createHash } from 'node:crypto'
import type { Clock, Person } from '@parcela/core'

/** Long enough for a burst of uploads, short enough that a withdrawn key is withdrawn. */
const keepMs = 5_000
const limit = 1_000

export type KeyCache = {
  /** The key's person, looked up at most once in five seconds. */
  find(key: string, look: (key: string) => Promise<Person>): Promise<Person>
  /** Forgets everything: a key or an account changed. */
  clear(): void
}

/** Remembers for a moment whose an API key is: publishing thousands of files must not ask the database about the same key each time. */
export const createKeyCache = ({ clock }: { clock: Clock }): KeyCache => {
  const known = new Map<string, { person: Person; until: number }>()
  return {
    find: async (key, look) => {
      const digest = createHash('sha256').update(key).digest('base64')
      const now = clock.now().getTime()
      const found = known.get(digest)
      if (found && now < found.until) return found.person
      const person = await look(key)
      if (known.size >= limit) known.clear()
      known.set(digest, { person, until: now + keepMs })
      return person
    },
    clear: () => known.clear(),
  }
}
