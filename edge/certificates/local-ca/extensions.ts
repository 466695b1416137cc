import { bits, context, element, integer, octets, oid, sequence, yes } from './der.ts'

/** Certificate extensions as RFC 5280, section 4.2, writes them. */
const extension = (id: string, value: Uint8Array, options = { critical: false }): Buffer =>
  sequence(oid(id), ...(options.critical ? [yes] : []), octets(value))

const critical = { critical: true }
const inside = { constructed: true }

/** A CA that signs no further CAs. */
export const authorityConstraints = extension('2.5.29.19', sequence(yes, integer(Buffer.of(0))), critical)
export const leafConstraints = extension('2.5.29.19', sequence(), critical)

/** keyCertSign and cRLSign. */
export const authorityKeyUsage = extension('2.5.29.15', bits(Buffer.of(0x06), 1), critical)
/** digitalSignature: all that TLS asks of a key on a curve. */
export const leafKeyUsage = extension('2.5.29.15', bits(Buffer.of(0x80), 7), critical)

export const serverUse = extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1')))

export const subjectKey = (keyId: Uint8Array): Buffer => extension('2.5.29.14', octets(keyId))
export const authorityKey = (keyId: Uint8Array): Buffer => extension('2.5.29.35', sequence(context(0, keyId)))

/** Critical because the subject is empty (section 4.2.1.6). */
export const subjectNames = (names: readonly string[]): Buffer =>
  extension('2.5.29.17', sequence(...names.map(dnsName)), critical)

/**
 * The names that the CA may sign for: these domains and what is below them, and no IP address at all. Somebody who gets hold of the CA's key
 * can pretend to be our sites, and not the bank of the people who trust the CA.
 */
export const nameConstraints = (domains: readonly string[]): Buffer => {
  const permitted = domains.map(domain => sequence(dnsName(domain)))
  // An address with the mask 0 is every address, of IPv4 (4 + 4 bytes) and of IPv6 (16 + 16).
  const excluded = [8, 32].map(length => sequence(context(7, Buffer.alloc(length))))
  const subtrees = [context(0, Buffer.concat(permitted), inside), context(1, Buffer.concat(excluded), inside)]
  return extension('2.5.29.30', sequence(...subtrees), critical)
}

/** The extensions of a certificate, in their place. */
export const extensionsField = (extensions: readonly Uint8Array[]): Buffer => element(0xa3, sequence(...extensions))

const dnsName = (name: string): Buffer => context(2, Buffer.from(name, 'ascii'))
