import { AppError } from '@parcela/contract'
import type { NameServer, RecordSet } from '@parcela/core'
import { type Faulty, withFaults } from './with-faults.ts'

/** A name server in memory, for names in and below `zones`. */
export const createFakeNameServer = (options: { zones?: readonly string[] } = {}): Faulty<NameServer> => {
  const { zones = ['apps.localhost'] } = options
  const records = new Map<string, RecordSet>()

  const checkZone = ({ name }: RecordSet): void => {
    if (zones.some(zone => name === zone || name.endsWith(`.${zone}`))) return
    throw new AppError('rejected', `${name} is in none of the zones ${zones.join(', ')}.`)
  }
  const store = (record: RecordSet): void => {
    records.set(`${record.name} ${record.type}`, structuredClone(record))
  }

  return withFaults<NameServer>({
    ensureRecords: async record => {
      checkZone(record)
      store(record)
    },
    removeRecords: async name => {
      for (const [key, record] of records) if (record.name === name) records.delete(key)
    },
    replaceRecords: async wanted => {
      wanted.forEach(checkZone)
      records.clear()
      wanted.forEach(store)
    },
    listRecords: async () => structuredClone([...records.values()]),
  })
}
