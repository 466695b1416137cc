import { toAppError } from '@parcela/contract'
import type { IssuedCertificate } from '@parcela/core'
import type { ReconcilerOptions, ReconcilerPorts } from '../loop/reconciler-ports.ts'
import { bookCertificate } from './book-certificate.ts'

type Ports = Pick<ReconcilerPorts, 'certificates' | 'certificateBook' | 'edge' | 'clock' | 'log'>

/** Puts what is stored on the edge, without asking any authority: all of it at start, else what the edge lost. */
export const publishCertificates = async (ports: Ports, { all }: { all: boolean }): Promise<void> => {
  const { certificates, edge, clock, log } = ports
  const missing: IssuedCertificate[] = []
  for (const names of await certificates.listCertificates()) {
    if (!all && (await edge.hasCertificate(someHost(names)))) continue
    const stored = await certificates.findCertificate(names)
    if (!stored || stored.not_after <= clock.now()) continue
    await bookCertificate(ports, stored)
    missing.push(stored)
  }
  if (missing.length === 0) return
  try {
    await edge.ensureCertificates(missing.map(({ names, certificate, key }) => ({ names, certificate, key })))
  } catch (error) {
    const { code, message, cause } = toAppError(error)
    if (code !== 'rejected') throw error
    // The others are live; the broken one is asked for again by whoever needs it.
    log.warn({ err: cause ?? error }, message)
  }
}

/** A host that the certificate is good for. */
const someHost = ([name = '']: readonly string[]): string => name.replace(/^\*\./, 'any.')

/**
 * Removes certificates of custom domains that no service asks for any more, as when one was issued after its domain was removed. What there is is
 * read before what is wanted: a domain is there before its certificate.
 */
export const sweepCertificates = async (
  ports: Pick<ReconcilerPorts, 'certificates' | 'certificateBook' | 'edge' | 'desired' | 'log'>,
  { panelHost }: ReconcilerOptions,
): Promise<void> => {
  const stored = await ports.certificates.listCertificates()
  const wanted = new Set([panelHost, ...(await ports.desired.listAllDomains()).map(({ name }) => name)])
  for (const names of stored) {
    const isOurs = names.some(name => name.startsWith('*.') || wanted.has(name))
    if (isOurs) continue
    ports.log.info({ names }, 'removing a certificate that no domain uses any more')
    await ports.edge.removeCertificates([names])
    await ports.certificates.revokeCertificate(names)
    await ports.certificateBook.forgetCertificate(names)
  }
}
