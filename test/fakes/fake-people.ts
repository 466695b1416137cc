import { AppError } from '@parcela/contract'
import { type Clock, createId, type NewPerson, type People, type Person } from '@parcela/core'

/** People in memory. */
export const createFakePeople = (clock: Clock): People & { all(): Person[] } => {
  const rows: (Person & { account_id: string | null })[] = []
  const find = (matches: (row: Person & { account_id: string | null }) => boolean): Person | undefined =>
    structuredClone(rows.find(matches))
  const newId = <P extends 'usr' | 'team'>(prefix: P) =>
    createId(prefix, clock.now().getTime(), crypto.getRandomValues(new Uint8Array(16)))

  return {
    all: () => structuredClone(rows),
    createPerson: async (person: NewPerson) => {
      for (const field of ['username', 'email', 'external_id', 'account_id'] as const) {
        if (person[field] === null || !rows.some(row => row[field] === person[field])) continue
        const name = field === 'external_id' ? 'user_id' : field
        throw new AppError('conflict', `${name}: is taken`, { details: { fields: { [name]: 'is taken' } } })
      }
      const row = { ...person, id: newId('usr'), team_id: newId('team'), created_at: clock.now() }
      rows.push(row)
      return structuredClone(row)
    },
    findPerson: async id => find(row => row.id === id),
    findByAccount: async accountId => find(row => row.account_id === accountId),
    findByUsername: async username => find(row => row.username === username),
    findByExternalId: async externalId => find(row => row.external_id === externalId),
    suggestUsername: async username => {
      const taken = (name: string): boolean => rows.some(row => row.username === name)
      if (!taken(username)) return username
      for (let number = 2; ; number++) if (!taken(`${username}-${number}`)) return `${username}-${number}`
    },
    hasAdministrator: async () => rows.some(row => row.is_administrator),
  }
}
