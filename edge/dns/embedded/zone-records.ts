import { parseCaa, type RecordSet, zoneOf } from '@parcela/core'
import type { Answer } from 'dns-packet'
import { parentOf } from './domain-name.ts'
import type { RecordTable, RecordType } from './record-table.ts'
import type { Validations } from './validations.ts'

/** What the server knows when a question comes. */
export type ZoneData = {
  zones: readonly string[]
  table: RecordTable
  /** What the server says of itself, whatever records it is given. */
  own: RecordTable
  validations: Validations
  /** False until the records were given: names that are missing are then unknown, not absent. */
  loaded: boolean
  serial: number
  nameServerName: string
  secondaryNames: readonly string[]
  hostmaster: string
}

/** A record for the answer. `name` null: at the name that was asked for. */
export type AnswerRecord = { name: string | null; record: DistributiveOmit<Answer, 'name'> }

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Seconds that the zone's own records live. */
export const zoneTtl = 3600
/** Seconds that resolvers remember that a name is not there: short, because it may be asked for in the next minute. */
const negativeTtl = 10

/** All sets at exactly this name; undefined when there are none. */
export const setsAt = (
  name: string,
  { table, own, validations }: ZoneData,
): ReadonlyMap<RecordType, RecordSet> | undefined => {
  const given = table.at(name) ?? own.at(name)
  const validation = validations.isEmpty ? undefined : validations.at(name)
  if (!validation || given?.has('CNAME')) return given
  const text = given?.get('TXT')
  const values = [...new Set([...(text?.values ?? []), ...validation.values])]
  return new Map(given).set('TXT', { ...validation, ...text, values })
}

/** Every record of a zone, the SOA first and last, as a transfer tells it (RFC 5936, section 2.2). */
export const listZone = (zone: string, data: ZoneData): AnswerRecord[] => {
  const { table, own, validations, zones } = data
  const names = new Set([...table.list(), ...own.list(), ...validations.list()].map(set => set.name))
  const sets = [...names]
    .filter(name => zoneOf(name, zones) === zone)
    .flatMap(name => [...(setsAt(name, data)?.values() ?? [])])
  const start = { name: zone, record: soa(data) }
  return [start, ...nsAt(zone, data), ...listDelegations(zone, data), ...sets.flatMap(set => recordsOf(set)), start]
}

/** Other zones of ours that begin right below this one. */
const listDelegations = (zone: string, data: ZoneData): AnswerRecord[] => {
  const children = data.zones.filter(other => zoneOf(parentOf(other) ?? '', data.zones) === zone)
  const servers = nameServers(data)
  const isBelow = (server: string) => children.some(child => zoneOf(server, data.zones) === child)
  return [
    ...children.flatMap(child => nsAt(child, data)),
    ...(children.length > 0 ? servers.filter(isBelow).flatMap(server => addressesOf(server, data)) : []),
  ]
}

export const nsAt = (name: string | null, data: ZoneData): AnswerRecord[] =>
  nameServers(data).map(server => ({ name, record: { type: 'NS', ttl: zoneTtl, data: server } }))

/** The addresses of the name servers that have some here. */
export const glue = (data: ZoneData): AnswerRecord[] => nameServers(data).flatMap(server => addressesOf(server, data))

const nameServers = ({ nameServerName, secondaryNames }: ZoneData): string[] => [nameServerName, ...secondaryNames]

const addressesOf = (name: string, data: ZoneData): AnswerRecord[] => {
  const sets = data.table.at(name) ?? data.own.at(name)
  return [sets?.get('A'), sets?.get('AAAA')].flatMap(set => (set ? recordsOf(set) : []))
}

/** One record per value, at the set's own name unless another is given. */
export const recordsOf = (set: RecordSet, name: string | null = set.name): AnswerRecord[] =>
  set.values.map(value => ({ name, record: { ttl: set.ttl, ...dataOf(set.type, value) } }))

const dataOf = (type: RecordType, value: string): DistributiveOmit<Answer, 'name'> => {
  if (type === 'TXT') return { type, data: splitText(value) }
  if (type === 'CAA') {
    const { flags, tag, value: text } = parseCaa(value) ?? { flags: 0, tag: 'issue', value: ';' }
    return { type, data: { flags, tag: tag as 'issue', value: text } }
  }
  return { type, data: value }
}

/** One TXT record holds strings of at most 255 bytes; readers join them. */
const splitText = (text: string): Buffer[] => {
  const bytes = Buffer.from(text)
  const parts: Buffer[] = []
  for (let start = 0; start === 0 || start < bytes.length; start += 255) parts.push(bytes.subarray(start, start + 255))
  return parts
}

export const soa = (data: ZoneData, ttl = zoneTtl): AnswerRecord['record'] => ({
  type: 'SOA',
  ttl,
  data: {
    mname: data.nameServerName,
    rname: data.hostmaster,
    serial: data.serial,
    refresh: 3600,
    retry: 600,
    expire: 604_800,
    minimum: negativeTtl,
  },
})

/** RFC 2308: the SOA tells how long an absence may be remembered. */
export const denial = (zone: string, data: ZoneData): AnswerRecord => ({ name: zone, record: soa(data, negativeTtl) })
