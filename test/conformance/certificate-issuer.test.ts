import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalCa } from '@parcela/edge-certificates-local-ca'
import { silentLog } from '@parcela/kit'
import { createFakeCertificateIssuer, createFakeClock } from '../fakes/index.ts'
import { certificateIssuerConformance } from './certificate-issuer.ts'

certificateIssuerConformance('the local CA', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-ca-'))
  const clock = createFakeClock()
  return {
    issuer: createLocalCa({ directory, domains: ['apps.localhost'], clock, log: silentLog }),
    clock,
    domain: 'apps.localhost',
    stop: () => rm(directory, { recursive: true }),
  }
})

certificateIssuerConformance('the fake', async () => {
  const clock = createFakeClock()
  return {
    issuer: createFakeCertificateIssuer({ clock }),
    clock,
    domain: 'apps.localhost',
    stop: async () => undefined,
  }
})
