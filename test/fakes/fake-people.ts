import { AppError } from '@parcela/contract'
import { type Clock, createId, type NewPerson, type People, type Person } from '@parcela/core'

type Row = Person & { account_id: string | null }

/** People in memory. */
export const createFakePeople = (clock: Clock): People & { all(): Person[] } => {
  const rows: Row[] = []
  const get = (id: string): Row => {
    const row = rows.find(one => one.id === id)
    if (!row) throw new AppError('not_found', 'There is no such person.')
    return row
  }
  const find = (matches: (row: Row) => boolean): Person | undefined => structuredClone(rows.find(matches))
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
      const row = {
        ...person,
        id: newId('usr'),
        team_id: newId('team'),
        language: null,
        disabled_at: null,
        created_at: clock.now(),
      }
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
    findAccountId: async id => rows.find(row => row.id === id)?.account_id ?? undefined,
    listPeople: async ({ limit, cursor }) => {
      const from = cursor === undefined ? 0 : Number(cursor)
      const next = from + limit < rows.length ? String(from + limit) : null
      return { items: structuredClone(rows.slice(from, from + limit)), next }
    },
    updatePerson: async (id, change) => structuredClone(Object.assign(get(id), change)),
    changeStanding: async (id, change) => {
      const row = get(id)
      const before = { ...row }
      row.is_administrator = change.is_administrator ?? row.is_administrator
      if (change.disabled !== undefined) row.disabled_at = change.disabled ? (row.disabled_at ?? clock.now()) : null
      const isWorking = (one: Row) => one.is_administrator && !one.disabled_at && one.account_id !== null
      if (before.is_administrator && !before.disabled_at && !rows.some(isWorking)) {
        Object.assign(row, before)
        throw new AppError('conflict', 'the last administrator', { details: { reason: 'last_administrator' } })
      }
      return structuredClone(row)
    },
  }
}
