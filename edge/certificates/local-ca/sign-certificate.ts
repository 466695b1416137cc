import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, element, integer, oid, sequence, set, time, utf8 } from './der.ts'
import { extensionsField } from './extensions.ts'

export type CertificateRequest = {
  /** Common name; null leaves the subject empty. */
  subject: string | null
  issuer: string
  publicKey: KeyObject
  notBefore: Date
  notAfter: Date
  extensions: readonly Uint8Array[]
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const serialBytes = 16
const versionThree = element(0xa0, integer(Buffer.of(2)))

/** An X.509 certificate in PEM (RFC 5280, section 4.1), signed with a P-256 key, with a serial of 128 random bits. */
export const signCertificate = (request: CertificateRequest, signingKey: KeyObject): string => {
  const body = sequence(
    versionThree,
    integer(randomBytes(serialBytes)),
    ecdsaWithSha256,
    distinguishedName(request.issuer),
    sequence(time(request.notBefore), time(request.notAfter)),
    request.subject === null ? sequence() : distinguishedName(request.subject),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    extensionsField(request.extensions),
  )
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signingKey)))
  return encodePem('CERTIFICATE', certificate)
}

/** What certificates call a key by: 160 bits of the SHA-256 of its point (RFC 7093, section 2, method 1). */
export const keyIdOf = (key: KeyObject): Buffer => {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return createHash('sha256').update(point).digest().subarray(0, 20)
}

const distinguishedName = (commonName: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))))

const encodePem = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
