import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IssuedCertificate } from '@parcela/core'
import { ignoreMissing, writeFileAtomically } from '@parcela/kit'

type StoredLeaf = { issued: IssuedCertificate; isSignedBy(authority: X509Certificate): boolean }

/** Certificates that were issued, each with its key in one file of its own, so that both are there or neither. */
export type LeafFiles = {
  /** Undefined when there is none of exactly these names, or it is damaged: another can always be made. */
  find(names: readonly string[]): Promise<StoredLeaf | undefined>
  store(issued: IssuedCertificate): Promise<void>
}

export const createLeafFiles = (directory: string): LeafFiles => {
  const pathOf = (names: readonly string[]): string => {
    const digest = createHash('sha256').update(names.toSorted().join(' ')).digest('hex')
    return join(directory, `leaf-${digest.slice(0, 32)}.pem`)
  }
  return {
    find: async names => {
      const text = await readFile(pathOf(names), 'utf8').catch(ignoreMissing)
      return text === undefined ? undefined : parseLeaf(text, names)
    },
    store: ({ names, certificate, key }) => writeFileAtomically(pathOf(names), certificate + key, { mode: 0o600 }),
  }
}

const parseLeaf = (text: string, names: readonly string[]): StoredLeaf | undefined => {
  const [certificate] = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/) ?? []
  const [key] = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/) ?? []
  if (certificate === undefined || key === undefined) return undefined
  try {
    const parsed = new X509Certificate(certificate)
    if (!parsed.checkPrivateKey(createPrivateKey(key)) || !hasExactly(parsed, names)) return undefined
    const { validFromDate: not_before, validToDate: not_after } = parsed
    return {
      issued: { names, certificate, key, not_before, not_after },
      isSignedBy: authority => parsed.verify(authority.publicKey),
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')) return undefined
    throw error
  }
}

const hasExactly = (parsed: X509Certificate, names: readonly string[]): boolean => {
  const inside = (parsed.subjectAltName ?? '').split(', ').map(name => name.replace(/^DNS:/, ''))
  return inside.toSorted().join(' ') === names.toSorted().join(' ')
}
