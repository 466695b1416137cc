import { zoneOf } from '@parcela/core'
import { type AnswerLimiter, asIPv4 } from './answer-limiter.ts'
import { answerQuestion, bareReply, isTransfer, type Reply } from './answer-question.ts'
import { encodeError, encodeReply, encodeTransfer, encodeTruncated, type Transport } from './encode-reply.ts'
import { parseQuery, type Query } from './parse-query.ts'
import { type Signer, signatureBytes, type Tsig, type Verdict } from './tsig.ts'
import { rcode, recordClass, recordType, tsigError } from './wire-codes.ts'
import { listZone, soa, type ZoneData } from './zone-records.ts'

/** Who may have a zone as a whole: both the address and a good signature are asked for. */
export type TransferRights = { tsig: Tsig; allowedAddresses: readonly string[] }

export type Sender = { transport: Transport; address: string }

/** The messages that answer one packet; none for silence. Throws nothing that a packet could cause. */
export const answerPacket = (
  packet: Buffer,
  sender: Sender,
  { data, limiter, rights }: { data: ZoneData; limiter: AnswerLimiter; rights: TransferRights },
): Buffer[] => {
  const parsed = parseQuery(packet)
  if (parsed.kind === 'ignored') return []
  const judged = sender.transport === 'udp' ? limiter.judge(sender.address) : 'send'
  if (judged === 'drop') return []
  if (parsed.kind === 'error') return [encodeError(parsed)]

  const { query } = parsed
  const verdict = query.signature && rights.tsig.judge(query.signature)
  const signer = verdict?.error === tsigError.none ? verdict.signer : null
  const isAllowed = signer !== null && rights.allowedAddresses.includes(asIPv4(sender.address))
  if (isAllowed && sender.transport === 'tcp' && isTransfer(query.type)) {
    const messages = transfer(query, data, { tsig: rights.tsig, signer })
    if (messages) return messages
  }

  const reply = chooseReply(query, data, { verdict, isAllowed })
  const reservedBytes = verdict ? signatureBytes(verdict) : 0
  const bytes =
    judged === 'slip'
      ? encodeTruncated(query, reply)
      : encodeReply(query, reply, { transport: sender.transport, reservedBytes })
  return [verdict ? rights.tsig.answer(bytes, verdict) : bytes]
}

const chooseReply = (
  query: Query,
  data: ZoneData,
  { verdict, isAllowed }: { verdict: Verdict | null; isAllowed: boolean },
): Reply => {
  if (verdict && verdict.error !== tsigError.none) return bareReply(rcode.notAuthorised)
  if (query.edns && query.edns.version > 0) return bareReply(rcode.badVersion)
  if (isAllowed && isTransfer(query.type) && data.zones.includes(query.name)) {
    // Before the records were given, a transfer would empty the secondary.
    if (!data.loaded) return bareReply(rcode.serverFailure)
    // RFC 1995, section 2: the SOA alone says that there is more over TCP.
    if (query.type === recordType.IXFR)
      return { ...bareReply(rcode.noError), authoritative: true, answers: [{ name: null, record: soa(data) }] }
  }
  return answerQuestion(query, data)
}

/** The whole zone, also for IXFR: RFC 1995 leaves it to the server. Undefined when there is none to give. */
const transfer = (
  query: Query,
  data: ZoneData,
  { tsig, signer }: { tsig: Tsig; signer: Signer },
): Buffer[] | undefined => {
  if (zoneOf(query.name, data.zones) !== query.name || !data.loaded || query.class !== recordClass.IN) return undefined
  return tsig.answerMany(encodeTransfer(query, listZone(query.name, data)), signer)
}
