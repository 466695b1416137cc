import { encodeName } from './domain-name.ts'
import { headerBytes, recordClass, recordType } from './wire-codes.ts'

const responseBit = 0x8000

/** A message that asks for a zone's SOA, or with the flags of a NOTIFY speaks of it, under a new id. */
export const soaRequest = (zone: string, flags = 0): Buffer => {
  const header = Buffer.alloc(headerBytes)
  crypto.getRandomValues(header.subarray(0, 2))
  header.writeUInt16BE(flags, 2)
  header.writeUInt16BE(1, 4)
  const question = Buffer.alloc(4)
  question.writeUInt16BE(recordType.SOA)
  question.writeUInt16BE(recordClass.IN, 2)
  return Buffer.concat([header, encodeName(zone), question])
}

export const isReplyTo = (request: Buffer, message: Buffer): boolean =>
  message.length >= headerBytes &&
  message.subarray(0, 2).equals(request.subarray(0, 2)) &&
  (message.readUInt16BE(2) & responseBit) !== 0
