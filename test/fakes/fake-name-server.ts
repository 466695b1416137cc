import {
  aliasNotAlone,
  type Clock,
  checkAliases,
  checkRecordSet,
  checkValidation,
  type NameServer,
  type RecordSet,
  zoneOf,
} from '@parcela/core'
import { type Faulty, withFaults } from './with-faults.ts'

export type FakeNameServer = Faulty<NameServer> & {
  /** What it would answer at exactly this name. */
  look(name: string, type: RecordSet['type']): string[]
}

const validationMs = 3_600_000

/** A name server in memory, for names in and below `zones`. */
export const createFakeNameServer = (options: { zones?: readonly string[]; clock?: Clock } = {}): FakeNameServer => {
  const { zones = ['apps.localhost'], clock = { now: () => new Date() } } = options
  const records = new Map<string, RecordSet>()
  let validations: { name: string; value: string; endsAt: number }[] = []

  const others = ({ name, type }: RecordSet): RecordSet[] =>
    [...records.values()].filter(record => record.name === name && record.type !== type)
  const store = (record: RecordSet): void => {
    records.set(`${record.name} ${record.type}`, structuredClone(record))
  }
  const without = (name: string, value: string) =>
    validations.filter(validation => validation.name !== name || validation.value !== value)

  const port: NameServer = {
    ensureRecords: async record => {
      checkRecordSet(record, zones)
      checkAliases([...others(record), record])
      store(record)
    },
    removeRecords: async name => {
      for (const [key, record] of records) if (record.name === name) records.delete(key)
    },
    replaceRecords: async wanted => {
      for (const record of wanted) checkRecordSet(record, zones)
      checkAliases(wanted)
      records.clear()
      wanted.forEach(store)
    },
    listRecords: async () => structuredClone([...records.values()]),
    addValidation: async (name, value) => {
      checkValidation(name, value, zones)
      if (records.has(`${name} CNAME`)) throw aliasNotAlone(name)
      validations = [...without(name, value), { name, value, endsAt: clock.now().getTime() + validationMs }]
    },
    removeValidation: async (name, value) => {
      validations = without(name, value)
    },
    zoneOf: name => zoneOf(name, zones),
    check: async () => ({ problem: null }),
  }

  return {
    ...withFaults(port),
    // Answers without waiting, which a port with faults cannot.
    zoneOf: port.zoneOf,
    look: (name, type) => {
      const live = validations.filter(
        validation => validation.name === name && validation.endsAt > clock.now().getTime(),
      )
      const texts = type === 'TXT' ? live.map(({ value }) => value) : []
      return [...(records.get(`${name} ${type}`)?.values ?? []), ...texts]
    },
  }
}
