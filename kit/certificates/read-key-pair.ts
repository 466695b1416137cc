import { createPrivateKey, X509Certificate } from 'node:crypto'

export type KeyPair = {
  leaf: X509Certificate
  /** The DNS names of the certificate, sorted. */
  names: readonly string[]
  /** Lower-case hexadecimal. */
  serial: string
}

/** A certificate chain (its first certificate counts) and its private key, both PEM; undefined when one cannot be read or they do not belong together. */
export const readKeyPair = (certificate: string, key: string): KeyPair | undefined => {
  try {
    const leaf = new X509Certificate(certificate)
    if (!leaf.checkPrivateKey(createPrivateKey(key))) return undefined
    return { leaf, names: dnsNames(leaf), serial: leaf.serialNumber.toLowerCase() }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')) return undefined
    throw error
  }
}

const dnsNames = (leaf: X509Certificate): string[] =>
  (leaf.subjectAltName ?? '')
    .split(', ')
    .filter(name => name.startsWith('DNS:'))
    .map(name => name.slice('DNS:'.length))
    .sort()
