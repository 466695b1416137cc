import { nameOfLabels } from './domain-name.ts'
import { headerBytes, opcode, rcode, recordClass, recordType } from './wire-codes.ts'

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
  signature: Signature | null
}

/** A TSIG record (RFC 8945, section 4.2) as it came in: not yet looked at whether it is true. */
export type Signature = {
  /** On the wire, in lower case: as it is signed. */
  key: Buffer
  algorithm: Buffer
  /** Seconds since 1970. */
  time: number
  fudge: number
  mac: Buffer
  error: number
  other: Buffer
  /** The bytes that were signed: the message without this record, with its first id. */
  message: Buffer
}

/** What to do with a packet: answer it, refuse it with a bare header, or say nothing. */
export type ParsedPacket =
  | { kind: 'query'; query: Query }
  | { kind: 'error'; id: number; flags: number; opcode: number; rcode: number }
  | { kind: 'ignored' }

const responseBit = 0x8000
const echoedFlags = 0x0110

/** Reads a packet that anybody may have made. Never throws; each byte is read at most three times. */
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
  const extras = readExtras(packet, question.end)
  if (extras === 'malformed') return refuse(rcode.formatError)
  const { name, type, raw } = question
  return { kind: 'query', query: { id, flags: flags & echoedFlags, raw, name, type, class: question.class, ...extras } }
}

const readQuestion = (packet: Buffer) => {
  const name = readName(packet, headerBytes)
  if (!name || name.end + 4 > packet.length) return undefined
  return {
    name: nameOfLabels(name.labels),
    type: packet.readUInt16BE(name.end),
    class: packet.readUInt16BE(name.end + 2),
    raw: packet.subarray(headerBytes, name.end + 4),
    end: name.end + 4,
  }
}

/** A name without compression: in a question a pointer has nothing earlier to point at, and TSIG forbids it. */
const readName = (packet: Buffer, start: number): { labels: Buffer[]; end: number } | undefined => {
  const labels: Buffer[] = []
  let offset = start
  for (;;) {
    const length = packet[offset]
    if (length === undefined || length > 63 || offset + length - start > 254) return undefined
    offset += 1
    if (length === 0) return { labels, end: offset }
    labels.push(packet.subarray(offset, offset + length))
    offset += length
  }
}

const readExtras = (packet: Buffer, start: number): Pick<Query, 'edns' | 'signature'> | 'malformed' => {
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
    const type = packet.readUInt16BE(fixed)
    if (type === recordType.TSIG) {
      // RFC 8945, section 5.1: the last record of the additional section, and the only one.
      const signature =
        index === count - 1 && index >= others ? readSignature(packet, { owner, fixed, end: offset }) : undefined
      return signature ? { edns, signature } : 'malformed'
    }
    if (type !== recordType.OPT) continue
    // RFC 6891, section 6.1.1: one OPT, in the additional section, owned by the root.
    if (edns || index < others || packet[owner] !== 0) return 'malformed'
    edns = {
      payloadBytes: packet.readUInt16BE(fixed + 2),
      version: packet[fixed + 5] ?? 0,
      dnssecOk: ((packet[fixed + 6] ?? 0) & 0x80) !== 0,
    }
  }
  return { edns, signature: null }
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

/** Bytes of the fixed fields between the names and after the MAC. */
const beforeMac = 10
const afterMac = 6

const readSignature = (packet: Buffer, at: { owner: number; fixed: number; end: number }): Signature | undefined => {
  const key = readName(packet, at.owner)
  const algorithm = readName(packet, at.fixed + 10)
  if (!key || !algorithm || packet.readUInt16BE(at.fixed + 2) !== recordClass.ANY) return undefined
  const macAt = algorithm.end + beforeMac
  if (macAt > at.end) return undefined
  const macEnd = macAt + packet.readUInt16BE(macAt - 2)
  if (macEnd + afterMac > at.end) return undefined
  if (macEnd + afterMac + packet.readUInt16BE(macEnd + 4) !== at.end) return undefined

  const message = Buffer.from(packet.subarray(0, at.owner))
  packet.copy(message, 0, macEnd, macEnd + 2)
  message.writeUInt16BE(packet.readUInt16BE(10) - 1, 10)
  return {
    key: lowerCase(packet.subarray(at.owner, key.end)),
    algorithm: lowerCase(packet.subarray(at.fixed + 10, algorithm.end)),
    time: packet.readUIntBE(algorithm.end, 6),
    fudge: packet.readUInt16BE(algorithm.end + 6),
    mac: packet.subarray(macAt, macEnd),
    error: packet.readUInt16BE(macEnd + 2),
    other: packet.subarray(macEnd + afterMac, at.end),
    message,
  }
}

/** Length bytes are below 64 and so are never taken for letters. */
const lowerCase = (name: Buffer): Buffer =>
  Buffer.from(name.map(byte => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)))
