import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readKeyPair } from '@parcela/kit'
import { openAcmeWorld } from '../acme/open-acme-world.ts'
import { certificateIssuerConformance } from './certificate-issuer.ts'

certificateIssuerConformance('certbot', async () => {
  const world = await openAcmeWorld({ blocked: ['bank.test'] })
  return {
    issuer: world.createIssuer(),
    now: () => new Date(),
    domain: 'example.test',
    refused: { name: 'bank.test', reason: 'name_refused' },
    breakStored: async names => {
      const folder = join(world.home, 'certbot')
      const keys = (await readdir(folder, { recursive: true })).filter(file => /archive\/.*privkey\d+\.pem$/.test(file))
      for (const file of keys) {
        const key = join(folder, file)
        const chain = await readFile(key.replace('privkey', 'fullchain'), 'utf8')
        if (readKeyPair(chain, await readFile(key, 'utf8'))?.names.join() === names.join())
          await writeFile(key, 'broken')
      }
    },
    isRevoked: world.pebble.isRevoked,
    stop: world.stop,
  }
})
