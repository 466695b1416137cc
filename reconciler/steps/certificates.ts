import type { CertificateIssuer, Edge } from '@parcela/core'

/** The one certificate that covers every service's name, so that a new name waits for nothing. */
export const wildcardOf = (appsDomain: string): string[] => [`*.${appsDomain}`]

/** Has the certificate issued, or takes the stored one, and puts it on the edge. */
export const ensureEdgeCertificate = async (
  ports: { certificates: CertificateIssuer; edge: Edge },
  names: readonly string[],
): Promise<string> => {
  const stored = await ports.certificates.findCertificate(names)
  const { certificate, key, not_after } =
    stored ?? (await ports.certificates.issueCertificate(names, { challenge: 'dns' }))
  await ports.edge.ensureCertificates([{ names, certificate, key }])
  return `${names.join(', ')} until ${not_after.toISOString().slice(0, 10)}`
}
