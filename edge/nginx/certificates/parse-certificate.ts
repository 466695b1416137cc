import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { AppError } from '@parcela/contract'
import type { EdgeCertificate } from '@parcela/core'
import { isCertificateName } from '../routes/parse-route.ts'

/** Checked: the key belongs to the certificate, which covers all its names and is still valid. `pem` holds both, for one file. */
export type CheckedCertificate = { names: readonly string[]; pem: string }

/** Throws `rejected`, naming what is wrong, and never a part of the key. */
export const parseCertificate = ({ names, certificate, key }: EdgeCertificate, now: Date): CheckedCertificate => {
  const title = names[0] ?? 'no name'
  const refuse = (problem: string, cause?: unknown): AppError =>
    new AppError('rejected', `The certificate for ${title} was refused: ${problem}.`, {
      details: { reason: 'certificate_refused' },
      cause,
    })
  if (names.length === 0 || !names.every(isCertificateName)) throw refuse('it names something that is no host name')

  let leaf: X509Certificate
  let privateKey: KeyObject
  try {
    leaf = new X509Certificate(certificate)
    privateKey = createPrivateKey(key)
  } catch {
    // Without a cause: OpenSSL's message may quote what it was given.
    throw refuse('the certificate or its key cannot be read')
  }
  if (!leaf.checkPrivateKey(privateKey)) throw refuse('the key belongs to another certificate')
  if (leaf.validToDate <= now) throw refuse('it has expired')
  const covered = (leaf.subjectAltName ?? '').split(', ').map(entry => entry.replace(/^DNS:/, '').toLowerCase())
  const missing = names.find(name => !covered.includes(name) && !(!name.startsWith('*.') && leaf.checkHost(name)))
  if (missing) throw refuse(`it does not cover ${missing}`)
  return { names, pem: `${certificate.trim()}\n${key.trim()}\n` }
}

/** Whether visitors of this host can trust the chain now, as far as the leaf says. What cannot be read, nobody can. */
export const isValidFor = (chain: string, host: string, now: Date): boolean => {
  try {
    const leaf = new X509Certificate(chain)
    return leaf.validFromDate <= now && now < leaf.validToDate && leaf.checkHost(host) !== undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_OSSL')) return false
    throw error
  }
}
