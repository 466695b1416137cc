import type { People } from '@parcela/core'

export type RequireDatabase = () => Promise<void>

/**
 * Throws `unavailable` while the database does not answer. The sign-in library calls an outage a wrong key or a failure inside; asked before
 * such a word is believed, so that nobody throws a good key away.
 */
export const createRequireDatabase =
  (people: Pick<People, 'findByAccount'>): RequireDatabase =>
  async () => {
    await people.findByAccount('nobody')
  }
