import { type CertificateKeeper, createCertificateKeeper } from '../certificates/create-certificate-keeper.ts'
import { createPlatformCertificates, type PlatformCertificates } from '../certificates/create-platform-certificates.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { createTurns, type Turns } from './turns.ts'

/** What all work has in common while the process lives. */
export type Shared = {
  turns: Turns
  keeper: CertificateKeeper
  platform: PlatformCertificates
  /** Tells that the records changed, so that what is kept of them is written again. */
  recordsChanged: () => void
}

export const createShared = (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  hooks: { recordsChanged: () => void; platformChanged: () => void },
): Shared => {
  const keeper = createCertificateKeeper(ports)
  const platform = createPlatformCertificates(ports, options, { keeper, onLate: hooks.platformChanged })
  return { turns: createTurns(), keeper, platform, recordsChanged: hooks.recordsChanged }
}
