import type { CertificateIssuer, Clock, IssuedCertificate } from '@parcela/core'
import { createFakeClock } from './fake-clock.ts'
import { type Faulty, withFaults } from './with-faults.ts'

export type FakeCertificateIssuer = Faulty<CertificateIssuer> & { countIssued(): number }

/** An issuer in memory. Its certificates are text without cryptography: good for a fake edge only. */
export const createFakeCertificateIssuer = (
  options: { clock?: Clock; lifeMs?: number } = {},
): FakeCertificateIssuer => {
  const { clock = createFakeClock(), lifeMs = 90 * 86_400_000 } = options
  const stored = new Map<string, IssuedCertificate>()
  let issued = 0

  const issue = (names: readonly string[]): IssuedCertificate => {
    issued += 1
    const now = clock.now()
    return {
      names: [...names],
      certificate: `certificate ${issued} of ${names.join(' ')}`,
      key: `key ${issued}`,
      not_before: now,
      not_after: new Date(now.getTime() + lifeMs),
    }
  }

  const port: CertificateIssuer = {
    ensureCertificate: async names => {
      const key = [...names].sort().join(' ')
      const existing = stored.get(key)
      const leftMs = existing ? existing.not_after.getTime() - clock.now().getTime() : 0
      const current = existing && leftMs >= lifeMs / 3 ? existing : issue(names)
      stored.set(key, current)
      return structuredClone(current)
    },
  }
  return { ...withFaults(port), countIssued: () => issued }
}
