import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { silentLog } from '@parcela/kit'
import { createFakeNameServer } from '../fakes/index.ts'
import { nameServerConformance } from './name-server.ts'

nameServerConformance('the embedded server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-dns-'))
  const nameServer = createEmbeddedNameServer({
    bind: '127.0.0.1',
    port: 0,
    zones: ['apps.localhost'],
    directory,
    clock: { now: () => new Date() },
    log: silentLog,
  })
  await nameServer.start()
  return {
    nameServer,
    zone: 'apps.localhost',
    stop: async () => {
      await nameServer.stop()
      await rm(directory, { recursive: true })
    },
  }
})

nameServerConformance('the fake', async () => ({
  nameServer: createFakeNameServer({ zones: ['apps.localhost'] }),
  zone: 'apps.localhost',
  stop: async () => undefined,
}))
