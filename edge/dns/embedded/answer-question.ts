import { type RecordSet, zoneOf } from '@parcela/core'
import { parentOf } from './domain-name.ts'
import type { RecordType } from './record-table.ts'
import { rcode, recordClass, recordType } from './wire-codes.ts'
import {
  type AnswerRecord,
  denial,
  glue,
  nsAt,
  recordsOf,
  setsAt,
  soa,
  type ZoneData,
  zoneTtl,
} from './zone-records.ts'

export type Reply = {
  rcode: number
  authoritative: boolean
  answers: AnswerRecord[]
  authorities: AnswerRecord[]
  additionals: AnswerRecord[]
}

const aliasLimit = 8
const typeNames = new Map<number, RecordType>([
  [recordType.A, 'A'],
  [recordType.AAAA, 'AAAA'],
  [recordType.CNAME, 'CNAME'],
  [recordType.TXT, 'TXT'],
  [recordType.CAA, 'CAA'],
])

/** The reply to one question, after RFC 1034 section 4.3.2 with the wildcards of RFC 4592. Transfers are refused here. Pure. */
export const answerQuestion = (question: { name: string; type: number; class: number }, data: ZoneData): Reply => {
  const zone = zoneOf(question.name, data.zones)
  const { type } = question
  if (question.class !== recordClass.IN || zone === undefined || isTransfer(type)) return bareReply(rcode.refused)
  if (type === recordType.MAILA || type === recordType.MAILB) return bareReply(rcode.notImplemented)

  const atTop = zone === question.name
  if (atTop && type === recordType.SOA) return reply([{ name: null, record: soa(data) }], [], [])
  if (atTop && type === recordType.NS) return reply(nsAt(null, data), [], glue(data))
  return answerFromTable(question, zone, data)
}

export const isTransfer = (type: number): boolean => type === recordType.AXFR || type === recordType.IXFR

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
    if (question.type === recordType.ANY && (found.size > 0 || name === zone)) {
      // RFC 8482: a small answer instead of everything there is.
      return reply([{ name: owner, record: { type: 'HINFO', ttl: zoneTtl, data: { cpu: 'RFC8482', os: '' } } }], [], [])
    }

    const wanted = typeNames.get(question.type)
    const records = wanted === undefined ? undefined : found.get(wanted)
    if (records) return reply([...answers, ...recordsOf(records, owner)], [], [])

    const alias = found.get('CNAME')
    const target = alias?.values[0]
    if (!alias || target === undefined) {
      return data.loaded ? reply(answers, [denial(zone, data)], []) : bareReply(rcode.serverFailure)
    }
    answers.push(...recordsOf(alias, owner))
    seen.add(name)
    // Outside this zone, or going round: the resolver goes on by itself.
    if (zoneOf(target, data.zones) !== zone || seen.has(target) || seen.size >= aliasLimit)
      return reply(answers, [], [])
    name = target
  }
}

const nothing: ReadonlyMap<RecordType, RecordSet> = new Map()

const findAt = (name: string, zone: string, data: ZoneData): ReadonlyMap<RecordType, RecordSet> | undefined => {
  const { table, own, validations } = data
  const exact = setsAt(name, data)
  if (exact) return exact
  const exists = (at: string) => table.exists(at) || own.exists(at) || validations.exists(at)
  if (name === zone || exists(name)) return nothing
  // RFC 4592, section 3.3.1: only the wildcard directly below the closest name that exists can answer.
  for (let above = parentOf(name); above !== undefined; above = parentOf(above)) {
    if (above === zone || exists(above)) return table.at(`*.${above}`)
  }
  return undefined
}

const reply = (answers: AnswerRecord[], authorities: AnswerRecord[], additionals: AnswerRecord[]): Reply => ({
  rcode: rcode.noError,
  authoritative: true,
  answers,
  authorities,
  additionals,
})

/** A reply that says nothing but its code. */
export const bareReply = (code: number): Reply => ({
  rcode: code,
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
})
