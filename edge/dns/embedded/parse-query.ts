import { nameOfLabels } from './domain-name.ts'
import { headerBytes, opcode, rcode, recordType } from './wire-codes.ts'

/** A question as it came in; `raw` is sent back byte for byte, because resolvers check that its letter case returns (0x20). */
export type Query = {
  id: number
  /** Recursion desired and checking disabled, which answers repeat. */
  flags: number
  raw: Buffer
  name: string
  type: number
  class: number
  edns: { payloadBytes: number; version: number; dnssecOk: boolean } | null
}

/** What to do with a packet: answer it, refuse it with a bare header, or say nothing. */
export type ParsedPacket =
  | { kind: 'query'; query: Query }
  | { kind: 'error'; id: number; flags: number; opcode: number; rcode: number }
  | { kind: 'ignored' }

const responseBit = 0x8000
const echoedFlags = 0x0110

/** Reads a packet that anybody may have made. Never throws; each byte is read at most twice. */
export const parseQuery = (packet: Buffer): ParsedPacket => {
  if (packet.length < headerBytes) return { kind: 'ignored' }
  const id = packet.readUInt16BE(0)
  const flags = packet.readUInt16BE(2)
  // Answering an answer is how two servers talk to each other for ever.
  if (flags & responseBit) return { kind: 'ignored' }
  const asked = (flags >> 11) & 0xf
  const refuse = (code: number): ParsedPacket => ({
    kind: 'error',
    id,
    flags: flags & echoedFlags,
    opcode: asked,
    rcode: code,
  })
  if (asked !== opcode.query) return refuse(rcode.notImplemented)
  // RFC 9619: a query has one question.
  if (packet.readUInt16BE(4) !== 1) return refuse(rcode.formatError)

  const question = readQuestion(packet)
  if (!question) return refuse(rcode.formatError)
  const edns = readEdns(packet, question.end)
  if (edns === 'malformed') return refuse(rcode.formatError)
  const { name, type, raw } = question
  return { kind: 'query', query: { id, flags: flags & echoedFlags, raw, name, type, class: question.class, edns } }
}

const readQuestion = (packet: Buffer) => {
  const labels: Buffer[] = []
  let offset = headerBytes
  for (;;) {
    const length = packet[offset]
    // A compression pointer in a question has nothing earlier to point at.
    if (length === undefined || length > 63 || offset + length - headerBytes > 254) return undefined
    offset += 1
    if (length === 0) break
    labels.push(packet.subarray(offset, offset + length))
    offset += length
  }
  if (offset + 4 > packet.length) return undefined
  return {
    name: nameOfLabels(labels),
    type: packet.readUInt16BE(offset),
    class: packet.readUInt16BE(offset + 2),
    raw: packet.subarray(headerBytes, offset + 4),
    end: offset + 4,
  }
}

const readEdns = (packet: Buffer, start: number): Query['edns'] | 'malformed' => {
  const others = packet.readUInt16BE(6) + packet.readUInt16BE(8)
  const count = others + packet.readUInt16BE(10)
  let edns: Query['edns'] = null
  let offset = start
  for (let index = 0; index < count; index++) {
    const owner = offset
    const fixed = skipName(packet, offset)
    if (fixed === undefined || fixed + 10 > packet.length) return 'malformed'
    offset = fixed + 10 + packet.readUInt16BE(fixed + 8)
    if (offset > packet.length) return 'malformed'
    if (packet.readUInt16BE(fixed) !== recordType.OPT) continue
    // RFC 6891, section 6.1.1: one OPT, in the additional section, owned by the root.
    if (edns || index < others || packet[owner] !== 0) return 'malformed'
    edns = {
      payloadBytes: packet.readUInt16BE(fixed + 2),
      version: packet[fixed + 5] ?? 0,
      dnssecOk: ((packet[fixed + 6] ?? 0) & 0x80) !== 0,
    }
  }
  return edns
}

const skipName = (packet: Buffer, start: number): number | undefined => {
  for (let offset = start; ; ) {
    const length = packet[offset]
    if (length === undefined) return undefined
    if (length === 0) return offset + 1
    if (length >= 0xc0) return offset + 2
    if (length > 63) return undefined
    offset += length + 1
  }
}
