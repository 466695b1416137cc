import { createHash } from 'node:crypto'
import type { KeyLimits } from '@parcela/contract'
import type { Clock, Person } from '@parcela/core'

/** A revoked key is refused within a second, on every gateway. */
const keepMs = 1_000
const limit = 1_000

export type KeyHolder = { person: Person; key_id: string; key: KeyLimits }

export type KeyCache = {
  /** Whose the key is and what it may do, looked up at most once a second. */
  find(key: string, look: (key: string) => Promise<KeyHolder>): Promise<KeyHolder>
  /** Forgets everything: a key or an account changed. */
  clear(): void
}

/** Remembers for a moment whose an API key is: publishing thousands of files must not ask the database about the same key each time. */
export const createKeyCache = ({ clock }: { clock: Clock }): KeyCache => {
  const known = new Map<string, { holder: KeyHolder; until: number }>()
  return {
    find: async (key, look) => {
      const digest = createHash('sha256').update(key).digest('base64')
      const now = clock.now().getTime()
      const found = known.get(digest)
      if (found && now < found.until) return found.holder
      const holder = await look(key)
      if (known.size >= limit) known.clear()
      known.set(digest, { holder, until: now + keepMs })
      return holder
    },
    clear: () => known.clear(),
  }
}
