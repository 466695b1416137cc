import type { CertificateBook } from '@parcela/core'
import type { FakeTables } from './fake-tables.ts'

const weekMs = 168 * 3_600_000

/** What was asked of authorities, in memory. */
export const createFakeCertificateBook = (tables: FakeTables): CertificateBook => ({
  listAttempts: async (names, now) =>
    structuredClone(
      tables.attempts
        .filter(({ at }) => at.getTime() > now.getTime() - weekMs)
        .filter(attempt => attempt.names.some(name => names.includes(name)))
        .toSorted((one, other) => one.at.getTime() - other.at.getTime()),
    ),
  recordAttempt: async attempt => {
    tables.attempts.push(structuredClone(attempt))
  },
  findCertificate: async names => structuredClone(tables.certificates.get(keyOf(names))),
  recordCertificate: async facts => {
    tables.certificates.set(keyOf(facts.names), structuredClone(facts))
  },
  forgetCertificate: async names => {
    tables.certificates.delete(keyOf(names))
  },
  listCertificates: async () => structuredClone([...tables.certificates.values()]),
})

const keyOf = (names: readonly string[]): string => names.toSorted().join(' ')
