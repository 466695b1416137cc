import type { RecordSet } from '@parcela/core'
import type { Answer } from 'dns-packet'
import { parseCaa } from './check-record-set.ts'
import { isWithin, parentOf } from './domain-name.ts'
import type { RecordTable, RecordType } from './record-table.ts'
import { rcode, recordClass, recordType } from './wire-codes.ts'

/** What the server knows when a question comes. */
export type ZoneData = {
  zones: readonly string[]
  table: RecordTable
  /** What the server says of itself, whatever records it is given. */
  own: RecordTable
  /** False until the records were given: names that are missing are then unknown, not absent. */
  loaded: boolean
  serial: number
  nameServerName: string
  hostmaster: string
}

/** A record for the answer. `name` null: at the name that was asked for. */
export type AnswerRecord = { name: string | null; record: DistributiveOmit<Answer, 'name'> }

export type Reply = {
  rcode: number
  authoritative: boolean
  answers: AnswerRecord[]
  authorities: AnswerRecord[]
  additionals: AnswerRecord[]
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Seconds that the zone's own records live. */
const zoneTtl = 3600
/** Seconds that resolvers remember that a name is not there: short, because it may be asked for in the next minute. */
const negativeTtl = 10
const aliasLimit = 8
const typeNames = new Map<number, RecordType>([
  [recordType.A, 'A'],
  [recordType.AAAA, 'AAAA'],
  [recordType.CNAME, 'CNAME'],
  [recordType.TXT, 'TXT'],
  [recordType.CAA, 'CAA'],
])

/** The reply to one question, after RFC 1034 section 4.3.2 with the wildcards of RFC 4592. Pure. */
export const answerQuestion = (question: { name: string; type: number; class: number }, data: ZoneData): Reply => {
  const zone = findZone(question.name, data.zones)
  const { type } = question
  if (question.class !== recordClass.IN || zone === undefined || isTransfer(type)) return bareReply(rcode.refused)
  if (type === recordType.MAILA || type === recordType.MAILB) return bareReply(rcode.notImplemented)

  const atTop = zone === question.name
  if (atTop && type === recordType.SOA) return reply([{ name: null, record: soa(data) }], [], [])
  if (atTop && type === recordType.NS) return reply([{ name: null, record: ns(data) }], [], glue(data))
  return answerFromTable(question, zone, data)
}

const answerFromTable = (question: { name: string; type: number }, zone: string, data: ZoneData): Reply => {
  const answers: AnswerRecord[] = []
  const seen = new Set<string>()
  let name = question.name
  for (;;) {
    const found = findAt(name, zone, data)
    const owner = name === question.name ? null : name
    if (found === undefined) {
      if (!data.loaded) return bareReply(rcode.serverFailure)
      // RFC 6604: the code speaks of the last name of a chain of aliases.
      return { ...reply(answers, [denial(zone, data)], []), rcode: rcode.nameError }
    }
    if (question.type === recordType.ANY) {
      // RFC 8482: a small answer instead of everything there is.
      return reply([{ name: owner, record: { type: 'HINFO', ttl: zoneTtl, data: { cpu: 'RFC8482', os: '' } } }], [], [])
    }

    const wanted = typeNames.get(question.type)
    const records = wanted === undefined ? undefined : found.get(wanted)
    if (records) {
      answers.push(
        ...records.values.map(value => ({
          name: owner,
          record: { ttl: records.ttl, ...recordOf(records.type, value) },
        })),
      )
      return reply(answers, [], [])
    }

    const alias = found.get('CNAME')
    const target = alias?.values[0]
    if (!alias || target === undefined) {
      return data.loaded ? reply(answers, [denial(zone, data)], []) : bareReply(rcode.serverFailure)
    }
    answers.push({ name: owner, record: { type: 'CNAME', ttl: alias.ttl, data: target } })
    seen.add(name)
    // Outside this zone, or going round: the resolver goes on by itself.
    if (findZone(target, data.zones) !== zone || seen.has(target) || seen.size >= aliasLimit)
      return reply(answers, [], [])
    name = target
  }
}

const nothing: ReadonlyMap<RecordType, RecordSet> = new Map()

const findAt = (name: string, zone: string, { table, own }: ZoneData) => {
  const exact = table.at(name) ?? own.at(name)
  if (exact) return exact
  const exists = (at: string) => table.exists(at) || own.exists(at)
  if (name === zone || exists(name)) return nothing
  // RFC 4592, section 3.3.1: only the wildcard directly below the closest name that exists can answer.
  for (let above = parentOf(name); above !== undefined; above = parentOf(above)) {
    if (above === zone || exists(above)) return table.at(`*.${above}`)
  }
  return undefined
}

const recordOf = (type: RecordType, value: string): DistributiveOmit<Answer, 'name'> => {
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

const soa = (data: ZoneData, ttl = zoneTtl): AnswerRecord['record'] => ({
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

const ns = (data: ZoneData): AnswerRecord['record'] => ({ type: 'NS', ttl: zoneTtl, data: data.nameServerName })

/** RFC 2308: the SOA tells how long an absence may be remembered. */
const denial = (zone: string, data: ZoneData): AnswerRecord => ({ name: zone, record: soa(data, negativeTtl) })

const glue = (data: ZoneData): AnswerRecord[] =>
  (['A', 'AAAA'] as const).flatMap(type => {
    const records = (data.table.at(data.nameServerName) ?? data.own.at(data.nameServerName))?.get(type)
    return (records?.values ?? []).map(value => ({
      name: data.nameServerName,
      record: { ttl: records?.ttl ?? zoneTtl, ...recordOf(type, value) },
    }))
  })

const findZone = (name: string, zones: readonly string[]): string | undefined =>
  zones.filter(zone => isWithin(name, zone)).sort((one, other) => other.length - one.length)[0]

const isTransfer = (type: number): boolean => type === recordType.AXFR || type === recordType.IXFR

const reply = (answers: AnswerRecord[], authorities: AnswerRecord[], additionals: AnswerRecord[]): Reply => ({
  rcode: rcode.noError,
  authoritative: true,
  answers,
  authorities,
  additionals,
})

/** A reply that says nothing but its code. */
const bareReply = (code: number): Reply => ({
  rcode: code,
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
})
