import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '@parcela/contract'
import { type Clock, isDomainName } from '@parcela/core'
import { encodeName } from './domain-name.ts'
import type { Signature } from './parse-query.ts'
import { headerBytes, recordClass, recordType, tsigError } from './wire-codes.ts'

/** A secret that two servers share; `secret` is base64. Signed with HMAC-SHA256, the one algorithm that RFC 8945 recommends. */
export type TransferKey = { name: string; secret: string }

/** The key of a request that was found true, and the MAC that its answer must continue from. */
export type Signer = { key: Key; mac: Buffer | null }
type Key = { wire: Buffer; secret: Buffer }

/** What came of a request's signature: `error` is a TSIG error, 0 when it is true. */
export type Verdict = { error: number; signature: Signature; signer: Signer | null }

const algorithm = encodeName('hmac-sha256')
const macBytes = 32
/** Seconds by which the two clocks may differ (RFC 8945, section 10). */
const fudge = 300
/** Shorter secrets can be guessed. */
const secretBytes = 16

/** Transaction signatures as in RFC 8945. Throws `invalid` for keys that cannot be used. */
export const createTsig = ({ keys, clock }: { keys: readonly TransferKey[]; clock: Clock }) => {
  const known = keys.map(parseKey)
  const now = () => Math.floor(clock.now().getTime() / 1000)

  return {
    /** The order of the checks is that of RFC 8945, section 5.2: key, MAC, time. */
    judge: (signature: Signature): Verdict => {
      const key = signature.algorithm.equals(algorithm)
        ? known.find(({ wire }) => wire.equals(signature.key))
        : undefined
      const bad = (error: number) => ({ error, signature, signer: null })
      if (!key) return bad(tsigError.badKey)
      if (signature.mac.length !== macBytes)
        return bad(signature.mac.length < macBytes ? tsigError.badTruncation : tsigError.badSignature)
      const { time, fudge: allowed, error, other } = signature
      const expected = hmac(key, [signature.message, variables(key, { time, fudge: allowed, error, other })])
      if (!timingSafeEqual(signature.mac, expected)) return bad(tsigError.badSignature)
      const signer = { key, mac: signature.mac }
      return { error: Math.abs(now() - time) > allowed ? tsigError.badTime : tsigError.none, signature, signer }
    },

    /** The answer's bytes with their signature, or with the error of the request's. */
    answer: (message: Buffer, { error, signature, signer }: Verdict): Buffer => {
      if (error === tsigError.none && signer) return sign(message, signer, { time: now() }).bytes
      const other = error === tsigError.badTime ? timeBytes(now()) : Buffer.alloc(0)
      const fields = { time: signature.time, fudge: signature.fudge, error, other }
      // Only a wrong time is told under a signature: there is no key that the other side could check the rest with.
      if (error === tsigError.badTime && signer) return sign(message, signer, fields).bytes
      return append(message, { ...fields, key: signature.key, algorithm: signature.algorithm, mac: Buffer.alloc(0) })
    },

    /** The messages of one transfer: each continues from the one before (RFC 8945, section 5.3.1). */
    answerMany: (messages: readonly Buffer[], signer: Signer): Buffer[] => {
      let previous = signer
      return messages.map((message, index) => {
        const { bytes, mac } = sign(message, previous, { time: now(), isContinued: index > 0 })
        previous = { key: signer.key, mac }
        return bytes
      })
    },

    /** A request of our own, under the first key. */
    request: (message: Buffer): Buffer => {
      const [key] = known
      return key ? sign(message, { key, mac: null }, { time: now() }).bytes : message
    },
  }
}
export type Tsig = ReturnType<typeof createTsig>

/** Bytes that a signature of this key adds at most. */
export const signatureBytes = ({ signature }: Verdict): number =>
  signature.key.length + signature.algorithm.length + macBytes + 10 + 16 + 6

type Fields = { time: number; fudge: number; error: number; other: Buffer }

const sign = (
  message: Buffer,
  { key, mac: previous }: Signer,
  { isContinued = false, ...given }: Partial<Fields> & { time: number; isContinued?: boolean },
): { bytes: Buffer; mac: Buffer } => {
  const fields: Fields = { fudge, error: tsigError.none, other: Buffer.alloc(0), ...given }
  const before = previous ? [uint16(previous.length), previous] : []
  const after = isContinued ? Buffer.concat([timeBytes(fields.time), uint16(fields.fudge)]) : variables(key, fields)
  const mac = hmac(key, [...before, message, after])
  return { bytes: append(message, { ...fields, key: key.wire, algorithm, mac }), mac }
}

const parseKey = ({ name, secret }: TransferKey): Key => {
  const plain = name.toLowerCase().replace(/\.$/, '')
  const bytes = Buffer.from(secret, 'base64')
  if (!isDomainName(plain))
    throw new AppError('invalid', `The transfer key "${name}" has no name of the form: parcela.example`)
  if (bytes.length < secretBytes) {
    throw new AppError(
      'invalid',
      `The secret of the transfer key "${name}" is shorter than ${secretBytes} bytes of base64. Make one with: tsig-keygen ${plain}`,
    )
  }
  return { wire: encodeName(plain), secret: bytes }
}

const hmac = (key: Key, parts: readonly Buffer[]): Buffer => {
  const digest = createHmac('sha256', key.secret)
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** What is signed besides the message (RFC 8945, section 4.3.3). */
const variables = (key: Key, { time, fudge: allowed, error, other }: Fields): Buffer =>
  Buffer.concat([
    key.wire,
    uint16(recordClass.ANY),
    Buffer.alloc(4),
    algorithm,
    timeBytes(time),
    uint16(allowed),
    uint16(error),
    uint16(other.length),
    other,
  ])

const append = (message: Buffer, tsig: Fields & { key: Buffer; algorithm: Buffer; mac: Buffer }): Buffer => {
  const data = Buffer.concat([
    tsig.algorithm,
    timeBytes(tsig.time),
    uint16(tsig.fudge),
    uint16(tsig.mac.length),
    tsig.mac,
    message.subarray(0, 2),
    uint16(tsig.error),
    uint16(tsig.other.length),
    tsig.other,
  ])
  const record = [uint16(recordType.TSIG), uint16(recordClass.ANY), Buffer.alloc(4), uint16(data.length), data]
  const bytes = Buffer.concat([message, tsig.key, ...record])
  bytes.writeUInt16BE(message.readUInt16BE(headerBytes - 2) + 1, headerBytes - 2)
  return bytes
}

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

const timeBytes = (seconds: number): Buffer => {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(seconds, 0, 6)
  return bytes
}
