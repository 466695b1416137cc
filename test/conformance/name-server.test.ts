import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { createRfc2136NameServer } from '@parcela/edge-dns-rfc2136'
import { silentLog } from '@parcela/kit'
import { createFakeClock, createFakeNameServer } from '../fakes/index.ts'
import { startBind } from './bind-server.ts'
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

for (const [kind, isTransferable] of [
  ['BIND', true],
  ['BIND that hands over no zone', false],
] as const) {
  nameServerConformance(kind, async () => {
    const bind = await startBind([{ name: 'apps.localhost', isTransferable }])
    const clock = createFakeClock()
    const nameServer = createRfc2136NameServer({
      server: { address: '127.0.0.1', port: bind.port },
      zones: ['apps.localhost'],
      key: bind.key,
      ownerId: 'this-test',
      clock,
      log: silentLog,
    })
    return {
      nameServer,
      zone: 'apps.localhost',
      look: (name, type) => digValues(bind, name, type),
      advance: clock.advance,
      stop: bind.close,
    }
  })
}

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
