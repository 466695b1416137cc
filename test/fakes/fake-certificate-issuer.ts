import { AppError } from '@parcela/contract'
import type { CertificateIssuer, Clock, IssuedCertificate, IssuerLimits } from '@parcela/core'
import { createFakeClock } from './fake-clock.ts'
import { type Faulty, withFaults } from './with-faults.ts'

type Calls = Omit<CertificateIssuer, 'limits'>

export type FakeCertificateIssuer = CertificateIssuer &
  Faulty<Calls> & {
    countIssued(): number
    /** The serials that were revoked. */
    listRevoked(): string[]
    /** What is stored for these names is found as none from now on, as when its files are broken. */
    breakStored(names: readonly string[]): void
  }

type Options = {
  clock?: Clock
  lifeMs?: number
  limits?: IssuerLimits
  /** Names that are refused. */
  refused?: readonly string[]
}

/** An issuer in memory. Its certificates are text without cryptography: good for a fake edge only. */
export const createFakeCertificateIssuer = (options: Options = {}): FakeCertificateIssuer => {
  const { clock = createFakeClock(), lifeMs = 90 * 86_400_000, limits = null, refused = [] } = options
  const stored = new Map<string, IssuedCertificate>()
  const revoked: string[] = []
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
      serial: issued.toString(16).padStart(4, '0'),
    }
  }

  const port: Calls = {
    findCertificate: async names => {
      const found = stored.get(keyOf(names))
      return found && { ...structuredClone(found), names }
    },
    issueCertificate: async (names, { signal }) => {
      signal?.throwIfAborted()
      const bad = names.find(name => refused.includes(name))
      if (bad || names.length === 0)
        throw new AppError('rejected', `The authority refused ${bad ?? 'a request without names'}.`, {
          details: { reason: 'name_refused' },
        })
      const certificate = issue([...new Set(names)])
      stored.set(keyOf(names), certificate)
      return structuredClone(certificate)
    },
    revokeCertificate: async names => {
      const found = stored.get(keyOf(names))
      if (found) revoked.push(found.serial)
      stored.delete(keyOf(names))
    },
    listCertificates: async () => [...stored.values()].map(({ names }) => [...names]),
  }
  return {
    ...withFaults(port),
    limits,
    countIssued: () => issued,
    listRevoked: () => [...revoked],
    breakStored: names => stored.delete(keyOf(names)),
  }
}

const keyOf = (names: readonly string[]): string => [...new Set(names)].sort().join(' ')
