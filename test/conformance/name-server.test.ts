import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { silentLog } from '@parcela/kit'
import { createFakeClock, createFakeNameServer } from '../fakes/index.ts'
import { digValues } from './dig-values.ts'
import { nameServerConformance } from './name-server.ts'

nameServerConformance('the embedded server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-dns-'))
  const clock = createFakeClock()
  const nameServer = createEmbeddedNameServer({
    bind: '127.0.0.1',
    port: 0,
    zones: ['apps.localhost'],
    directory,
    clock,
    log: silentLog,
  })
  const { port } = await nameServer.start()
  return {
    nameServer,
    zone: 'apps.localhost',
    look: (name, type) => digValues({ port }, name, type),
    advance: clock.advance,
    stop: async () => {
      await nameServer.stop()
      await rm(directory, { recursive: true })
    },
  }
})

nameServerConformance('the fake', async () => {
  const clock = createFakeClock()
  const nameServer = createFakeNameServer({ zones: ['apps.localhost'], clock })
  return {
    nameServer,
    zone: 'apps.localhost',
    look: async (name, type) => nameServer.look(name, type),
    advance: clock.advance,
    stop: async () => undefined,
  }
})
