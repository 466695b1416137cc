import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordSet } from '@parcela/core'
import { createEmbeddedNameServer, type EmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { silentLog, waitUntil } from '@parcela/kit'
import { afterEach, beforeEach, test } from 'vitest'
import { type BindServer, createKey, startBind } from './bind-server.ts'
import { digValues } from './dig-values.ts'
import { findFreePort } from './edge-fixture.ts'

const zones = ['apps.localhost', 'second.test']
const closers: (() => Promise<unknown>)[] = []
let primary: EmbeddedNameServer
let secondary: BindServer

const address = (name: string, value = '192.0.2.1'): RecordSet => ({ name, type: 'A', ttl: 60, values: [value] })
const awaitAt = (name: string, type: RecordSet['type'], values: readonly string[]) =>
  waitUntil(async () => String((await digValues(secondary, name, type)).toSorted()) === String(values), {
    timeoutMs: 20_000,
    what: `the secondary to tell ${values} of ${name}`,
  })

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-dns-'))
  closers.push(() => rm(directory, { recursive: true }))
  const key = createKey('secondary.test')
  const notifyPort = await findFreePort()
  primary = createEmbeddedNameServer({
    bind: '127.0.0.1',
    port: 0,
    zones,
    directory,
    clock: { now: () => new Date() },
    log: silentLog,
    nameServerAddresses: { ipv4: ['127.0.0.9'], ipv6: [] },
    transfer: { keys: [key], allowedAddresses: ['127.0.0.1'], notifyPort },
  })
  const { port } = await primary.start()
  closers.push(primary.stop)
  await primary.replaceRecords([
    address('a.apps.localhost'),
    address('b.second.test'),
    address('*.apps.localhost', '192.0.2.9'),
  ])
  secondary = await startBind(
    zones.map(name => ({ name, primary: { port } })),
    { key, port: notifyPort },
  )
  closers.push(secondary.close)
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

test('a BIND that is listed has the zones, and every change within moments', async () => {
  await awaitAt('a.apps.localhost', 'A', ['192.0.2.1'])
  await awaitAt('b.second.test', 'A', ['192.0.2.1'])
  await awaitAt('anything.apps.localhost', 'A', ['192.0.2.9'])

  // Far sooner than the refresh time of the zone, which is an hour.
  await primary.ensureRecords(address('new.apps.localhost', '192.0.2.2'))
  await awaitAt('new.apps.localhost', 'A', ['192.0.2.2'])
  await primary.addValidation('_acme-challenge.apps.localhost', 'proof')
  await awaitAt('_acme-challenge.apps.localhost', 'TXT', ['proof'])
  await primary.removeRecords('new.apps.localhost')
  await awaitAt('new.apps.localhost', 'A', ['192.0.2.9'])
})
