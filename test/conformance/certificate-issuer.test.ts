import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalCa } from '@parcela/edge-certificates-local-ca'
import { readKeyPair, silentLog } from '@parcela/kit'
import { createFakeCertificateIssuer, createFakeClock } from '../fakes/index.ts'
import { certificateIssuerConformance } from './certificate-issuer.ts'

certificateIssuerConformance('the local CA', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-ca-'))
  const clock = createFakeClock()
  return {
    issuer: createLocalCa({ directory, domains: ['apps.localhost'], clock, log: silentLog }),
    now: clock.now,
    domain: 'apps.localhost',
    refused: { name: 'bank.example', reason: 'outside_constraints' },
    breakStored: async names => {
      const leaves = (await readdir(directory))
        .filter(file => file.startsWith('leaf-'))
        .map(file => join(directory, file))
      for (const leaf of leaves) {
        const text = await readFile(leaf, 'utf8')
        if (readKeyPair(text, text)?.names.join() === names.join())
          await writeFile(leaf, text.slice(0, text.length / 2))
      }
    },
    stop: () => rm(directory, { recursive: true }),
  }
})

certificateIssuerConformance('the fake', async () => {
  const clock = createFakeClock()
  const issuer = createFakeCertificateIssuer({ clock, refused: ['bank.example'] })
  return {
    issuer,
    now: clock.now,
    domain: 'apps.localhost',
    refused: { name: 'bank.example', reason: 'name_refused' },
    breakStored: async names => issuer.breakStored(names),
    isRevoked: async serial => issuer.listRevoked().includes(serial),
    stop: async () => undefined,
  }
})
