import { type Answer, encode } from 'dns-packet'
import type { Reply } from './answer-question.ts'
import { encodeName } from './domain-name.ts'
import type { Query } from './parse-query.ts'
import { headerBytes, rcode, recordType } from './wire-codes.ts'
import type { AnswerRecord } from './zone-records.ts'

/** Bytes that fit into one UDP packet on every path (DNS flag day 2020). */
export const ednsPayloadBytes = 1232
const plainPayloadBytes = 512
const streamBytes = 65_535

const bit = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200 }
const questionPointer = Buffer.of(0xc0, headerBytes)

/** Bytes of one message of a transfer: few messages, and none that a reader has to wait long for. */
const transferBytes = 16_384

/** How a reply travels: a UDP packet has the size that the asker announced, TCP has room for everything. */
export type Transport = 'udp' | 'tcp'

/**
 * The bytes of a reply. What does not fit is left out and marked as truncated, so that the asker comes back over TCP. `reservedBytes` stay free
 * for a signature.
 */
export const encodeReply = (
  query: Query,
  reply: Reply,
  { transport, reservedBytes }: { transport: Transport; reservedBytes: number },
): Buffer => {
  const limit = (transport === 'tcp' ? streamBytes : payloadLimit(query)) - reservedBytes
  const answers = reply.answers.map(encodeRecord)
  const authorities = reply.authorities.map(encodeRecord)
  const additionals = reply.additionals.map(encodeRecord)
  const whole = assemble(query, reply, { answers, authorities, additionals })
  if (whole.length <= limit) return whole
  const required = assemble(query, reply, { answers, authorities, additionals: [] })
  return required.length <= limit ? required : encodeTruncated(query, reply)
}

/** No records, and the sign to ask again over TCP. */
export const encodeTruncated = (query: Query, reply: Reply): Buffer =>
  assemble(query, reply, { answers: [], authorities: [], additionals: [] }, bit.truncated)

/** The records of a zone in as many messages as they need. */
export const encodeTransfer = (query: Query, records: readonly AnswerRecord[]): Buffer[] => {
  const messages: Buffer[][] = [[]]
  let size = 0
  for (const record of records) {
    const bytes = encodeRecord(record)
    if (size > 0 && size + bytes.length > transferBytes) {
      messages.push([])
      size = 0
    }
    messages.at(-1)?.push(bytes)
    size += bytes.length
  }
  const head = { rcode: rcode.noError, authoritative: true }
  return messages.map(answers => assemble(query, head, { answers, authorities: [], additionals: [] }))
}

/** A bare header: for packets whose question could not be read. */
export const encodeError = (error: { id: number; flags: number; opcode: number; rcode: number }): Buffer =>
  header(error.id, bit.response | error.flags | (error.opcode << 11) | error.rcode, [0, 0, 0, 0])

const payloadLimit = (query: Query): number =>
  query.edns ? Math.min(Math.max(query.edns.payloadBytes, plainPayloadBytes), ednsPayloadBytes) : plainPayloadBytes

type Sections = { answers: Buffer[]; authorities: Buffer[]; additionals: Buffer[] }

const assemble = (
  query: Query,
  reply: Pick<Reply, 'rcode' | 'authoritative'>,
  sections: Sections,
  extraFlags = 0,
): Buffer => {
  const { answers, authorities } = sections
  const additionals = query.edns ? [...sections.additionals, encodeEdns(query.edns, reply.rcode)] : sections.additionals
  const flags =
    bit.response | query.flags | extraFlags | (reply.authoritative ? bit.authoritative : 0) | (reply.rcode & 0xf)
  return Buffer.concat([
    header(query.id, flags, [1, answers.length, authorities.length, additionals.length]),
    query.raw,
    ...answers,
    ...authorities,
    ...additionals,
  ])
}

const header = (id: number, flags: number, counts: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(headerBytes)
  ;[id, flags, ...counts].forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2)
  })
  return bytes
}

const encodeRecord = ({ name, record }: AnswerRecord): Buffer => {
  // The owner is written here and not by the library: as a pointer it repeats the question's own bytes, whatever they are.
  const owner = name === null ? questionPointer : encodeName(name)
  const packet = encode({ type: 'response', answers: [{ ...record, name: '.' } as Answer] })
  return Buffer.concat([owner, packet.subarray(headerBytes + 1)])
}

const encodeEdns = (edns: NonNullable<Query['edns']>, code: number): Buffer => {
  const bytes = Buffer.alloc(11)
  bytes.writeUInt16BE(recordType.OPT, 1)
  bytes.writeUInt16BE(ednsPayloadBytes, 3)
  bytes.writeUInt8(code >> 4, 5)
  if (edns.dnssecOk) bytes.writeUInt8(0x80, 7)
  return bytes
}
